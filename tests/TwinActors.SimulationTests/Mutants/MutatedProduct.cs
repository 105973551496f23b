using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using TwinActors.Testing;

namespace TwinActors.SimulationTests.Mutants;

/// <summary>
/// Kernel and Persistence compiled from a copy of their sources in which every guard of <see cref="Mutant.All"/> can be
/// left out by its number, and the simulation loaded on top of them, beside the real ones.
/// </summary>
public sealed partial class MutatedProduct : IDisposable
{
    private const string Switch = """
        namespace TwinActors.Kernel;

        public static class Mutation
        {
            public static int Active;

            public static bool Is(int number) => Active == number;
        }
        """;

    // What the project files say to the compiler in words of their own.
    private const string Preamble = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Reflection.AssemblyVersion("1.0.0.0")]
        """;

    private static readonly string[] Projects = ["TwinActors.Kernel", "TwinActors.Persistence"];

    private readonly TemporaryFolder _folder = new();
    private readonly Context _context;
    private readonly MethodInfo _run;
    private readonly FieldInfo _active;

    public MutatedProduct()
    {
        var (sdks, version) = Sdk();
        var compiler = Path.Combine(sdks, version, "Roslyn", "bincore", "csc.dll");
        var generators = Generators(Path.Combine(Path.GetDirectoryName(sdks)!, "packs", "Microsoft.NETCore.App.Ref"));
        foreach (var project in Projects)
        {
            Compile(compiler, generators, project);
        }

        _context = new Context(_folder.Path);
        _active = Type("TwinActors.Kernel", "TwinActors.Kernel.Mutation").GetField("Active")!;
        _run = Type("TwinActors.SimulationTests", typeof(SimTest).FullName!).GetMethod(nameof(SimTest.Run))!;
    }

    /// <summary>Runs the simulation without one guard, or with all of them.</summary>
    /// <param name="mutant">The guard; null: none is left out.</param>
    /// <param name="args">Arguments of <see cref="SimTest.Run"/>.</param>
    /// <returns>What it said.</returns>
    internal string Run(Mutant? mutant, params string[] args)
    {
        _active.SetValue(null, mutant is null ? 0 : Number(mutant));
        using var output = new StringWriter();
        _run.Invoke(null, [args, output, output]);
        return output.ToString();
    }

    public void Dispose()
    {
        _context.Unload();
        _folder.Dispose();
    }

    private static int Number(Mutant mutant) => Mutant.All.ToList().IndexOf(mutant) + 1;

    private Type Type(string assembly, string name) =>
        _context.LoadFromAssemblyName(new AssemblyName(assembly)).GetType(name, throwOnError: true)!;

    private void Compile(string compiler, string[] generators, string project)
    {
        var source = Path.Combine(BuiltTree.Root, "src", project);
        var arguments = new List<string>
        {
            compiler, "-nologo", "-target:library", "-optimize+", "-nullable:enable", "-langversion:latest",
            "-unsafe+", "-warn:0", $"-out:{_folder.File($"{project}.dll")}",
            _folder.Write($"{project}.Preamble.cs", Preamble),
            _folder.Write($"{project}.Friends.cs", Friends(source, project)),
        };
        arguments.AddRange(Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Mutate(source, project, file)));
        if (project == Projects[0])
        {
            arguments.Add(_folder.Write("Mutation.cs", Switch));
        }

        arguments.AddRange(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TwinActors.", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(_folder.Path, "*.dll"))
            .Select(path => $"-reference:{path}"));
        arguments.AddRange(generators.Select(path => $"-analyzer:{path}"));
        Start("dotnet", arguments);
    }

    private string Mutate(string source, string project, string file)
    {
        var name = Path.GetRelativePath(Path.GetDirectoryName(source)!, file);
        var text = File.ReadAllText(file);
        foreach (var mutant in Mutant.All.Where(mutant => mutant.File == name))
        {
            text = Mutate(mutant, text);
        }

        return _folder.Write(name.Replace(Path.DirectorySeparatorChar, '.'), text);
    }

    private static string Mutate(Mutant mutant, string text)
    {
        var parts = text.Split(mutant.Behind + mutant.Guard);
        Assert.True(
            parts.Length == 2,
            $"The guard of \"{mutant.Name}\" occurs {parts.Length - 1} times in src/{mutant.File}, once is wanted. "
            + $"Say in Mutant.cs what it reads now: {mutant.Guard}");
        var isLeftOut = $"global::TwinActors.Kernel.Mutation.Is({Number(mutant)})";
        var both = mutant.Guard.EndsWith(';')
            ? $"if ({isLeftOut}) {{ {mutant.Instead} }} else {{ {mutant.Guard} }}"
            : $"({isLeftOut} ? ({mutant.Instead}) : ({mutant.Guard}))";
        return parts[0] + mutant.Behind + both + parts[1];
    }

    private static string Friends(string source, string project) => string.Concat(
        FriendPattern().Matches(File.ReadAllText(Path.Combine(source, $"{project}.csproj")))
            .Select(friend =>
                $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.Groups[1].Value}\")]\n"));

    // The SDK that builds this tree: the folder of all SDKs, and its version.
    private static (string Folder, string Version) Sdk()
    {
        var version = Start("dotnet", ["--version"]).Trim();
        var line = Start("dotnet", ["--list-sdks"]).Split('\n')
            .First(line => line.StartsWith($"{version} ", StringComparison.Ordinal));
        return (line.Split('[', ']')[1], version);
    }

    // The framework's own generators of sources (JSON, native calls), of the newest reference pack.
    private static string[] Generators(string packs)
    {
        var pack = Directory.EnumerateDirectories(packs, $"{Environment.Version.Major}.*").Max(StringComparer.Ordinal)!;
        return Directory.GetFiles(Path.Combine(pack, "analyzers", "dotnet", "cs"), "*.dll");
    }

    private static string Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = BuiltTree.Root,
        };
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments.Take(1))}: {words}");
        return words;
    }

    // The mutated assemblies, and copies of those that refer to them; everything else is shared.
    private sealed class Context(string folder) : AssemblyLoadContext("mutants", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name!.StartsWith("TwinActors.", StringComparison.Ordinal)
                ? LoadFromAssemblyPath(Path.Combine(
                    Projects.Contains(name.Name) ? folder : AppContext.BaseDirectory, $"{name.Name}.dll"))
                : null;
    }

    [GeneratedRegex("InternalsVisibleTo Include=\"([^\"]+)\"")]
    private static partial Regex FriendPattern();
}
