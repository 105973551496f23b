using System.Xml.Linq;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Urdf;

/// <summary>Reads <c>&lt;joint&gt;</c> and what is in it.</summary>
internal static class JointReader
{
    /// <summary>Reads a joint; <see langword="null"/> when its name, type or links are missing, after an
    /// error.</summary>
    public static Joint? Read(XElement element, UrdfProblems problems)
    {
        UrdfTags.NoteUnknown(
            element,
            ["parent", "child", "origin", "axis", "limit", "dynamics", "mimic", "safety_controller", "calibration"],
            problems);
        var name = problems.Required(element, "name");
        var type = ReadType(element, problems);
        var parent = ReadEnd(element, "parent", problems);
        var child = ReadEnd(element, "child", problems);
        var origin = problems.Origin(element);
        if (name is null || type is not { } kind || parent is null || child is null)
        {
            return null;
        }

        return new Joint(
            name,
            kind,
            parent,
            child,
            origin,
            ReadAxis(element, kind, problems),
            ReadLimits(element, name, kind, problems),
            ReadDynamics(element, problems),
            ReadMimic(element, problems),
            ReadSafety(element, problems),
            ReadCalibration(element, problems));
    }

    private static JointType? ReadType(XElement element, UrdfProblems problems)
    {
        var text = problems.Required(element, "type");
        JointType? type = text switch
        {
            "fixed" => JointType.Fixed,
            "revolute" => JointType.Revolute,
            "continuous" => JointType.Continuous,
            "prismatic" => JointType.Prismatic,
            "floating" => JointType.Floating,
            "planar" => JointType.Planar,
            _ => null,
        };
        if (text is not null && type is null)
        {
            problems.Error(
                element.Attribute("type"),
                $"type=\"{text}\" is no joint type.",
                "use revolute, continuous, prismatic, fixed, floating or planar");
        }

        return type;
    }

    private static string? ReadEnd(XElement element, string end, UrdfProblems problems)
    {
        if (problems.Single(element, end) is { } link)
        {
            return problems.Required(link, "link");
        }

        problems.Error(
            element,
            $"Joint '{element.Attribute("name")?.Value}' has no <{end}>.",
            $"add <{end} link=\"…\"/>");
        return null;
    }

    private static Vector3 ReadAxis(XElement element, JointType type, UrdfProblems problems)
    {
        var axisElement = problems.Single(element, "axis");
        var axis = problems.Vector(axisElement, "xyz", Vector3.UnitX);
        if (type is JointType.Fixed or JointType.Floating)
        {
            return Vector3.UnitX;
        }

        var length = axis.Length;
        if (length < 1e-9)
        {
            problems.Error(axisElement, "The axis has no length, so it has no direction.");
            return Vector3.UnitX;
        }

        if (Math.Abs(length - 1) > 1e-3)
        {
            problems.Warning(axisElement, $"The axis has length {UrdfProblems.Format(length)}; it is normalised to 1.");
        }

        return axis * (1 / length);
    }

    private static JointLimits? ReadLimits(XElement element, string name, JointType type, UrdfProblems problems)
    {
        var limit = problems.Single(element, "limit");
        var isBounded = type is JointType.Revolute or JointType.Prismatic;
        if (limit is null)
        {
            if (isBounded)
            {
                problems.Error(
                    element,
                    $"Joint '{name}' is {(type is JointType.Revolute ? "revolute" : "prismatic")} and has no <limit>.",
                    type is JointType.Revolute ? "add its limits, or make it continuous" : "add its limits");
            }

            return null;
        }

        // The specification's default of a bound that is left out is 0.
        var lower = isBounded ? problems.Number(limit, "lower") ?? 0 : (double?)null;
        var upper = isBounded ? problems.Number(limit, "upper") ?? 0 : (double?)null;
        if (lower > upper)
        {
            problems.Error(
                limit,
                $"Joint '{name}' has lower limit {Format(lower)} above its upper limit {Format(upper)}.");
        }
        else if (isBounded && lower == upper)
        {
            problems.Warning(limit, $"Joint '{name}' cannot move: both limits are {Format(lower)}.", "make it fixed");
        }

        return new JointLimits(
            lower,
            upper,
            ReadBound(limit, "velocity", name, problems),
            ReadBound(limit, "effort", name, problems));
    }

    private static double? ReadBound(XElement limit, string attribute, string joint, UrdfProblems problems)
    {
        if (limit.Attribute(attribute) is null)
        {
            problems.Warning(limit, $"The limit of joint '{joint}' has no {attribute}; it counts as unknown.");
            return null;
        }

        if (problems.Number(limit, attribute) is not { } value)
        {
            return null;
        }

        if (value < 0)
        {
            problems.Error(
                limit.Attribute(attribute),
                $"{attribute}=\"{Format(value)}\" of joint '{joint}' must be above 0.");
            return null;
        }

        if (value == 0)
        {
            problems.Warning(
                limit.Attribute(attribute),
                $"The {attribute} limit of joint '{joint}' is 0; it counts as unknown.");
            return null;
        }

        return value;
    }

    private static JointDynamics? ReadDynamics(XElement element, UrdfProblems problems)
    {
        if (problems.Single(element, "dynamics") is not { } dynamics)
        {
            return null;
        }

        return new JointDynamics(
            NotNegative(dynamics, "damping", problems),
            NotNegative(dynamics, "friction", problems));
    }

    private static double NotNegative(XElement element, string attribute, UrdfProblems problems)
    {
        var value = problems.Number(element, attribute) ?? 0;
        if (value >= 0)
        {
            return value;
        }

        problems.Warning(element.Attribute(attribute), $"{attribute}=\"{Format(value)}\" is negative; it counts as 0.");
        return 0;
    }

    private static JointMimic? ReadMimic(XElement element, UrdfProblems problems)
    {
        if (problems.Single(element, "mimic") is not { } mimic || problems.Required(mimic, "joint") is not { } followed)
        {
            return null;
        }

        return new JointMimic(
            followed,
            problems.Number(mimic, "multiplier") ?? 1,
            problems.Number(mimic, "offset") ?? 0);
    }

    private static SafetyController? ReadSafety(XElement element, UrdfProblems problems)
    {
        if (problems.Single(element, "safety_controller") is not { } safety)
        {
            return null;
        }

        var lower = problems.Number(safety, "soft_lower_limit");
        var upper = problems.Number(safety, "soft_upper_limit");
        if (lower > upper)
        {
            problems.Warning(
                safety,
                $"The soft lower limit {Format(lower)} is above the soft upper limit {Format(upper)}.");
        }

        return new SafetyController(
            lower,
            upper,
            problems.Number(safety, "k_position"),
            problems.RequiredNumber(safety, "k_velocity"));
    }

    private static JointCalibration? ReadCalibration(XElement element, UrdfProblems problems) =>
        problems.Single(element, "calibration") is { } calibration
            ? new JointCalibration(problems.Number(calibration, "rising"), problems.Number(calibration, "falling"))
            : null;

    private static string Format(double? value) => value is { } number ? UrdfProblems.Format(number) : "unknown";
}
