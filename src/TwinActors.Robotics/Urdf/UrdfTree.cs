using System.Xml.Linq;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Urdf;

/// <summary>Checks that links and joints form one tree and that mimics lead somewhere.</summary>
internal static class UrdfTree
{
    public static void Check(
        XElement root,
        List<Placed<Link>> links,
        List<Placed<Joint>> joints,
        UrdfProblems problems)
    {
        var names = links.Select(link => link.Value.Name).ToHashSet(StringComparer.Ordinal);
        var parentOf = new Dictionary<string, Placed<Joint>>(StringComparer.Ordinal);
        foreach (var joint in joints)
        {
            CheckEnds(joint, names, parentOf, problems);
        }

        CheckRoots(root, links, parentOf, problems);
        CheckCycles(links, parentOf, problems);
        CheckMimics(joints, problems);
    }

    private static void CheckEnds(
        Placed<Joint> joint,
        HashSet<string> names,
        Dictionary<string, Placed<Joint>> parentOf,
        UrdfProblems problems)
    {
        var (element, value) = joint;
        foreach (var (end, link) in new[] { ("parent", value.Parent), ("child", value.Child) })
        {
            if (!names.Contains(link))
            {
                problems.Error(
                    element.Element(end),
                    $"The {end} of joint '{value.Name}' is link '{link}', which does not exist.",
                    Nearest(link, names) is { } near ? $"did you mean '{near}'?" : null);
            }
        }

        if (!parentOf.TryAdd(value.Child, joint))
        {
            problems.Error(
                element.Element("child"),
                $"Link '{value.Child}' is the child of '{parentOf[value.Child].Value.Name}' and of '{value.Name}'.",
                "a link has at most one parent");
        }
    }

    private static void CheckRoots(
        XElement root,
        List<Placed<Link>> links,
        Dictionary<string, Placed<Joint>> parentOf,
        UrdfProblems problems)
    {
        var roots = links.Where(link => !parentOf.ContainsKey(link.Value.Name)).ToArray();
        if (roots.Length > 1)
        {
            var listed = string.Join(", ", roots.Take(5).Select(link => $"'{link.Value.Name}'"));
            problems.Error(
                roots[1].Element,
                $"{roots.Length} links have no parent: {listed}{(roots.Length > 5 ? ", …" : "")}.",
                "connect them by joints; a model has one root");
        }
        else if (roots.Length == 0 && links.Count > 0)
        {
            problems.Error(root, "Every link has a parent, so the model has no root.");
        }
    }

    private static void CheckCycles(
        List<Placed<Link>> links,
        Dictionary<string, Placed<Joint>> parentOf,
        UrdfProblems problems)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in links)
        {
            var path = new List<string>();
            var onPath = new HashSet<string>(StringComparer.Ordinal);
            var at = link.Value.Name;
            while (!done.Contains(at) && onPath.Add(at) && parentOf.TryGetValue(at, out var joint))
            {
                path.Add(at);
                at = joint.Value.Parent;
            }

            if (!done.Contains(at) && path.Contains(at) && parentOf.TryGetValue(at, out var closing))
            {
                var cycle = path.SkipWhile(name => name != at).Reverse().Prepend(at);
                problems.Error(closing.Element, $"The links form a cycle: {string.Join(" → ", cycle)}.");
            }

            done.UnionWith(onPath);
        }
    }

    private static void CheckMimics(List<Placed<Joint>> joints, UrdfProblems problems)
    {
        var byName = joints.ToDictionary(joint => joint.Value.Name, joint => joint.Value, StringComparer.Ordinal);
        foreach (var (element, joint) in joints)
        {
            if (joint.Mimic is not { } mimic)
            {
                continue;
            }

            if (!byName.TryGetValue(mimic.Joint, out var followed))
            {
                problems.Error(
                    element.Element("mimic"),
                    $"Joint '{joint.Name}' mimics joint '{mimic.Joint}', which does not exist.",
                    Nearest(mimic.Joint, byName.Keys) is { } near ? $"did you mean '{near}'?" : null);
                continue;
            }

            if (!followed.IsMovable || !joint.IsMovable)
            {
                var still = followed.IsMovable ? joint : followed;
                problems.Error(
                    element.Element("mimic"),
                    $"Joint '{still.Name}' has no position, so it takes no part in a mimic.");
            }

            // As many steps as there are joints lead out of every chain that ends.
            for (var steps = 0; followed?.Mimic is { } next; steps++)
            {
                if (steps == joints.Count)
                {
                    problems.Error(
                        element.Element("mimic"),
                        $"Joint '{joint.Name}' mimics joints that follow each other in a circle.");
                    break;
                }

                followed = byName.GetValueOrDefault(next.Joint);
            }
        }
    }

    /// <summary>The existing name that equals a wrong one but for case, or is one edit away; or
    /// <see langword="null"/>.</summary>
    private static string? Nearest(string wrong, IEnumerable<string> names) => names
        .Order(StringComparer.Ordinal)
        .FirstOrDefault(name => name.Equals(wrong, StringComparison.OrdinalIgnoreCase) || IsOneEditAway(name, wrong));

    private static bool IsOneEditAway(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 1)
        {
            return false;
        }

        var prefix = left.AsSpan().CommonPrefixLength(right);
        var a = left.AsSpan(prefix);
        var b = right.AsSpan(prefix);
        if (a.Length == b.Length)
        {
            return a.IsEmpty || a[1..].SequenceEqual(b[1..]);
        }

        return a.Length > b.Length ? a[1..].SequenceEqual(b) : b[1..].SequenceEqual(a);
    }
}
