using System.Xml;
using System.Xml.Linq;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Urdf;

/// <summary>Reads robot models from URDF, the XML format of ROS. Never opens a file or an address that a document
/// names.</summary>
/// <remarks>
/// Source: the URDF specification of ROS (wiki.ros.org/urdf/XML) and what urdfdom 4 does where the specification is
/// silent. Tags of other programs (gazebo, transmission, ros2_control, …) are left alone and noted.
/// </remarks>
public static class UrdfReader
{
    /// <summary>Longest document read, in characters: 4 Mi, twenty times the largest model in use that we
    /// know.</summary>
    public const int MaximumCharacters = 4 * 1024 * 1024;

    /// <summary>Most links of one model.</summary>
    public const int MaximumLinks = 4096;

    /// <summary>Most problems reported for one document; further ones are counted in a last note.</summary>
    public const int MaximumProblems = 100;

    /// <summary>Reads one document into a complete model, or into the list of what keeps it from being one.</summary>
    /// <param name="xml">The document's text.</param>
    /// <param name="source">Name of the document for messages: a path, a topic, or "request".</param>
    public static UrdfResult Read(string xml, string source)
    {
        ArgumentNullException.ThrowIfNull(xml);
        ArgumentNullException.ThrowIfNull(source);
        var problems = new UrdfProblems(source);
        var model = Parse(xml, problems) is { } root ? ReadRobot(root, problems) : null;
        return new UrdfResult(problems.HasErrors ? null : model, problems.ToImmutable());
    }

    private static XElement? Parse(string xml, UrdfProblems problems)
    {
        if (xml.Length > MaximumCharacters)
        {
            problems.Error(null, $"The document has {xml.Length} characters; at most {MaximumCharacters} are read.");
            return null;
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersFromEntities = 1,
            MaxCharactersInDocument = MaximumCharacters,
        };
        try
        {
            // A byte order mark that survived decoding is no content.
            using var text = new StringReader(xml.TrimStart('\uFEFF'));
            using var reader = XmlReader.Create(text, settings);
            return XDocument.Load(reader, LoadOptions.SetLineInfo).Root;
        }
        catch (XmlException exception)
        {
            var isDtd = xml.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase);
            problems.Add(
                UrdfSeverity.Error,
                exception.LineNumber,
                exception.LinePosition,
                isDtd ? "The document has a document type declaration, which is not read." : exception.Message,
                isDtd ? "remove <!DOCTYPE …>; entities are never resolved" : "the document is not well-formed XML");
            return null;
        }
    }

    private static RobotModel? ReadRobot(XElement root, UrdfProblems problems)
    {
        if (root.Name != "robot")
        {
            problems.Error(
                root,
                $"The document's root is <{root.Name.LocalName}>; URDF begins with <robot>.",
                HintForRoot(root));
            return null;
        }

        var name = problems.Required(root, "name") ?? "";
        var materials = ReadMaterials(root, problems);
        var links = ReadLinks(root, materials, problems);
        var joints = ReadJoints(root, problems);
        NoteOtherTags(root, problems);
        UrdfTree.Check(root, links, joints, problems);
        if (problems.HasErrors)
        {
            return null;
        }

        return new RobotModel(
            name,
            [.. links.Select(link => link.Value)],
            [.. joints.Select(joint => joint.Value)],
            [.. materials.Values]);
    }

    private static string? HintForRoot(XElement root) => root.Name.LocalName switch
    {
        "sdf" => "SDF models are not read; export the model as URDF",
        "mujoco" => "MJCF models are not read; export the model as URDF",
        _ => null,
    };

    private static Dictionary<string, Material> ReadMaterials(XElement root, UrdfProblems problems)
    {
        // Materials may be defined inside a visual and used by name elsewhere, before or after: all are collected
        // first.
        var materials = new Dictionary<string, Material>(StringComparer.Ordinal);
        var inVisuals = root.Elements("link").Elements("visual").Elements("material").Where(LinkReader.DefinesMaterial);
        foreach (var element in root.Elements("material").Concat(inVisuals))
        {
            var material = LinkReader.ReadMaterial(element, problems);
            var isGlobal = element.Parent == root;
            if (material.Name.Length == 0)
            {
                if (isGlobal)
                {
                    problems.Warning(element, "A material without a name can be used by nobody.");
                }

                continue;
            }

            if (!materials.TryAdd(material.Name, material) && isGlobal)
            {
                problems.Warning(element, $"Material '{material.Name}' is defined twice; the first definition counts.");
            }
        }

        return materials;
    }

    private static List<Placed<Link>> ReadLinks(
        XElement root,
        Dictionary<string, Material> materials,
        UrdfProblems problems)
    {
        var links = new List<Placed<Link>>();
        var first = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var element in root.Elements("link"))
        {
            if (links.Count == MaximumLinks)
            {
                problems.Error(element, $"The model has more than {MaximumLinks} links.");
                break;
            }

            var link = LinkReader.Read(element, materials, problems);
            if (link is not null && IsFirst(first, link.Name, element, "Link", problems))
            {
                links.Add(new Placed<Link>(element, link));
            }
        }

        if (links.Count == 0)
        {
            problems.Error(root, "The model has no links.");
        }

        return links;
    }

    private static List<Placed<Joint>> ReadJoints(XElement root, UrdfProblems problems)
    {
        var joints = new List<Placed<Joint>>();
        var first = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var element in root.Elements("joint").Take(MaximumLinks))
        {
            var joint = JointReader.Read(element, problems);
            if (joint is not null && IsFirst(first, joint.Name, element, "Joint", problems))
            {
                joints.Add(new Placed<Joint>(element, joint));
            }
        }

        return joints;
    }

    private static bool IsFirst(
        Dictionary<string, XElement> first,
        string name,
        XElement element,
        string kind,
        UrdfProblems problems)
    {
        if (first.TryAdd(name, element))
        {
            return true;
        }

        var line = ((IXmlLineInfo)first[name]).LineNumber;
        problems.Error(element, $"{kind} '{name}' is defined twice; the first definition is on line {line}.");
        return false;
    }

    private static void NoteOtherTags(XElement root, UrdfProblems problems)
    {
        UrdfTags.NoteUnknown(root, ["link", "joint", "material"], problems);
        if (root.Descendants().FirstOrDefault(element => element.Name.NamespaceName.Contains("xacro")) is { } xacro)
        {
            problems.Warning(
                xacro,
                "The document holds xacro macros, which are not expanded.",
                "run it through xacro first and load the output");
        }
    }
}

/// <summary>A value with the element that it was read from, so that later checks can name the place.</summary>
internal readonly record struct Placed<T>(XElement Element, T Value);
