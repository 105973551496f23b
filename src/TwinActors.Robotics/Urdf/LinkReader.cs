using System.Collections.Immutable;
using System.Xml.Linq;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Urdf;

/// <summary>Reads <c>&lt;link&gt;</c> and what is in it.</summary>
internal static class LinkReader
{
    /// <summary>Reads a link; <see langword="null"/> when it has no name, after an error.</summary>
    public static Link? Read(XElement element, Dictionary<string, Material> materials, UrdfProblems problems)
    {
        UrdfTags.NoteUnknown(element, ["inertial", "visual", "collision"], problems);
        var name = problems.Required(element, "name");
        var inertial = problems.Single(element, "inertial") is { } body ? ReadInertial(body, problems) : null;
        var visuals = ImmutableArray.CreateBuilder<Visual>();
        foreach (var visual in element.Elements("visual"))
        {
            UrdfTags.NoteUnknown(visual, ["origin", "geometry", "material"], problems);
            if (ReadShape(visual, problems) is { } shape)
            {
                var material = VisualMaterial(visual, materials, problems);
                visuals.Add(new Visual(visual.Attribute("name")?.Value, problems.Origin(visual), shape, material));
            }
        }

        var collisions = ImmutableArray.CreateBuilder<Collision>();
        foreach (var collision in element.Elements("collision"))
        {
            UrdfTags.NoteUnknown(collision, ["origin", "geometry", "verbose"], problems);
            if (ReadShape(collision, problems) is { } shape)
            {
                collisions.Add(new Collision(collision.Attribute("name")?.Value, problems.Origin(collision), shape));
            }
        }

        return name is null ? null : new Link(name, inertial, visuals.ToImmutable(), collisions.ToImmutable());
    }

    /// <summary>Whether a material element says more than a name.</summary>
    public static bool DefinesMaterial(XElement element) =>
        element.Element("color") is not null || element.Element("texture") is not null;

    public static Material ReadMaterial(XElement element, UrdfProblems problems)
    {
        UrdfTags.NoteUnknown(element, ["color", "texture"], problems);
        var name = element.Attribute("name")?.Value ?? "";
        var texture = element.Element("texture") is { } image ? problems.Required(image, "filename") : null;
        return new Material(name, ReadColour(element, problems), texture);
    }

    private static Colour? ReadColour(XElement element, UrdfProblems problems)
    {
        var attribute = problems.Single(element, "color")?.Attribute("rgba");
        Span<double> parts = stackalloc double[4];
        if (attribute is null || !problems.Numbers(attribute, parts))
        {
            return null;
        }

        foreach (var part in parts)
        {
            if (part is < 0 or > 1)
            {
                problems.Warning(attribute, $"rgba=\"{attribute.Value}\" has a part outside 0 to 1; it is clamped.");
                break;
            }
        }

        return new Colour(
            Math.Clamp(parts[0], 0, 1),
            Math.Clamp(parts[1], 0, 1),
            Math.Clamp(parts[2], 0, 1),
            Math.Clamp(parts[3], 0, 1));
    }

    private static Material? VisualMaterial(
        XElement visual,
        Dictionary<string, Material> materials,
        UrdfProblems problems)
    {
        var element = problems.Single(visual, "material");
        if (element is null)
        {
            return null;
        }

        var name = element.Attribute("name")?.Value ?? "";
        if (materials.TryGetValue(name, out var shared))
        {
            return shared;
        }

        if (DefinesMaterial(element))
        {
            return ReadMaterial(element, problems);
        }

        problems.Warning(element, $"Material '{name}' is defined nowhere in the document.");
        return null;
    }

    private static Inertial ReadInertial(XElement element, UrdfProblems problems)
    {
        UrdfTags.NoteUnknown(element, ["origin", "mass", "inertia"], problems);
        var massElement = problems.Single(element, "mass");
        var inertiaElement = problems.Single(element, "inertia");
        if (massElement is null || inertiaElement is null)
        {
            problems.Error(element, $"<inertial> needs <{(massElement is null ? "mass" : "inertia")}>.");
            return new Inertial(Pose.Identity, 0, default);
        }

        var mass = problems.RequiredNumber(massElement, "value");
        if (mass < 0)
        {
            problems.Error(massElement, $"The mass is {UrdfProblems.Format(mass)} kg; it must not be negative.");
        }

        var inertia = new InertiaMatrix(
            problems.RequiredNumber(inertiaElement, "ixx"),
            problems.Number(inertiaElement, "ixy") ?? 0,
            problems.Number(inertiaElement, "ixz") ?? 0,
            problems.RequiredNumber(inertiaElement, "iyy"),
            problems.Number(inertiaElement, "iyz") ?? 0,
            problems.RequiredNumber(inertiaElement, "izz"));
        if (!inertia.IsPhysical())
        {
            problems.Warning(inertiaElement, "No rigid body has this inertia: it is negative about some axis.");
        }

        return new Inertial(problems.Origin(element), mass, inertia);
    }

    private static Shape? ReadShape(XElement body, UrdfProblems problems)
    {
        var geometry = problems.Single(body, "geometry");
        var element = geometry?.Elements().FirstOrDefault();
        if (element is null)
        {
            problems.Error((XElement?)geometry ?? body, $"<{body.Name.LocalName}> needs a shape in <geometry>.");
            return null;
        }

        switch (element.Name.LocalName)
        {
            case "box":
                return ReadBox(element, problems);
            case "cylinder":
                return new Shape.Cylinder(problems.Positive(element, "radius"), problems.Positive(element, "length"));
            case "capsule":
                return new Shape.Capsule(problems.Positive(element, "radius"), problems.Positive(element, "length"));
            case "sphere":
                return new Shape.Sphere(problems.Positive(element, "radius"));
            case "mesh":
                var scale = problems.Vector(element, "scale", new Vector3(1, 1, 1));
                return problems.Required(element, "filename") is { } file ? new Shape.Mesh(file, scale) : null;
            default:
                problems.Error(
                    element,
                    $"<{element.Name.LocalName}> is no shape of URDF.",
                    "use box, cylinder, capsule, sphere or mesh");
                return null;
        }
    }

    private static Shape.Box ReadBox(XElement element, UrdfProblems problems)
    {
        if (problems.Required(element, "size") is null)
        {
            return new Shape.Box(Vector3.Zero);
        }

        var size = problems.Vector(element, "size", new Vector3(1, 1, 1));
        if (size.X <= 0 || size.Y <= 0 || size.Z <= 0)
        {
            problems.Error(element, $"size=\"{element.Attribute("size")?.Value}\" must be above 0 along every axis.");
        }

        return new Shape.Box(size);
    }
}
