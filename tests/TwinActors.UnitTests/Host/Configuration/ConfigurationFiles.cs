namespace TwinActors.UnitTests.Host.Configuration;

/// <summary>A folder of configuration files that goes away with the test.</summary>
internal sealed class ConfigurationFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("twin-hocon-").FullName;

    /// <summary>Writes a file and answers its full name.</summary>
    public string Write(string text, string name = "node.conf")
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
