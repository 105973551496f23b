using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace TwinActors.BrowserTests;

public sealed partial class AssetTests(LiveNode live)
{
    // The first load must be quick over a factory's Wi-Fi: 60 kB gzip. The 3D view comes later and does not count.
    private const int MostScriptBytes = 60_000;

    [Fact]
    public async Task Every_file_of_the_page_has_content_however_it_is_asked_for()
    {
        var files = await FilesOfThePageAsync();

        Assert.Contains(files, file => file.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".css", StringComparison.Ordinal));
        foreach (var file in files)
        {
            foreach (var encodings in new[] { "identity", "gzip", "br, gzip" })
            {
                var answer = await live.Node.FetchAsync(file, encodings);

                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.NotEmpty(answer.Bytes);
            }
        }
    }

    [Fact]
    public async Task The_first_load_is_small()
    {
        var scripts = (await FilesOfThePageAsync()).Where(file => file.EndsWith(".js", StringComparison.Ordinal));
        var bytes = 0L;
        foreach (var script in scripts)
        {
            bytes += GzipLength((await live.Node.FetchAsync(script)).Bytes);
        }

        Assert.InRange(bytes, 1, MostScriptBytes);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/robots/arm1")]
    public async Task Every_address_of_the_page_answers_with_the_page(string path)
    {
        var answer = await live.Node.FetchAsync(path);

        Assert.Equal("text/html", answer.MediaType);
        Assert.Contains("<div id=\"app\">", Encoding.UTF8.GetString(answer.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_of_the_API_is_not_the_page()
    {
        var answer = await live.Node.FetchAsync("/api/v1/nonsense");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    /// <summary>The files that the page names itself: what a browser loads before it shows anything.</summary>
    private async Task<string[]> FilesOfThePageAsync()
    {
        var page = Encoding.UTF8.GetString((await live.Node.FetchAsync("/")).Bytes);
        return [.. NamedFiles().Matches(page).Select(match => match.Groups[1].Value)];
    }

    private static long GzipLength(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.Length;
    }

    [GeneratedRegex("(?:src|href)=\"(/assets/[^\"]+)\"")]
    private static partial Regex NamedFiles();
}
