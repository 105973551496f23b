using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Host.Configuration.Hocon;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconReferenceDataTests
{
    [Fact]
    public void Files_of_an_equivalence_set_equal_its_json()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var sets = Directory.GetDirectories(TestData.Path("hocon/lightbend"), "equiv*");
        Assert.NotEmpty(sets);

        foreach (var set in sets)
        {
            var original = JsonNode.Parse(File.ReadAllText(Path.Combine(set, "original.json")));
            foreach (var file in Directory.GetFiles(set))
            {
                Assert.True(JsonNode.DeepEquals(original, JsonNode.Parse(HoconJson.Render(Read(file)))), file);
            }
        }
    }

    [Fact]
    public void Texts_that_must_fail_fail()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var accepted = Cases("invalid_hocon").Where(text => Fault(() => HoconReading.Read(text)) is null);

        Assert.Empty(accepted);
    }

    [Fact]
    public void Texts_that_must_parse_parse()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var refused = Cases("valid_hocon")
            .Select(text => Fault(() => Parse(new HoconSource("", text))))
            .OfType<string>();

        Assert.Empty(refused);
    }

    [Fact]
    public void Every_file_parses_but_the_one_that_includes_itself()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var refused = Directory.GetFiles(TestData.Path("hocon"), "*.conf", SearchOption.AllDirectories)
            .Select(file => (file, fault: Fault(() => Parse(HoconFiles.Read(file)))))
            .Where(outcome => outcome.fault is not null)
            .ToList();

        var (cyclic, reason) = Assert.Single(refused);
        Assert.EndsWith("cycle.conf", cyclic, StringComparison.Ordinal);
        Assert.Contains("the include is a cycle", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lightbend/test02.conf", "57_b", "57")]
    [InlineData("lightbend/test02.conf", "103_a", "103")]
    [InlineData("lightbend/test06.conf", "y", """{"foo":10,"hello":"world"}""")]
    [InlineData("lightbend/test09.conf", "c.e", """{"q":10,"c":3}""")]
    [InlineData("lightbend/test11.conf", "a-", "\"b-\"")]
    [InlineData("lightbend/bom.conf", "foo", "\"bar\"")]
    [InlineData("lightbend/file-include.conf", "bar-file", "44")]
    [InlineData("lightbend/file-include.conf", "baz", "45")]
    [InlineData("lightbend/test01.conf", "strings.abcdAgain", "\"abcd\"")]
    [InlineData("lightbend/test01.conf", "strings.concatenated", "\"null bar 42 baz true 3.14 hi\"")]
    [InlineData("lightbend/test01.conf", "system.concatenated", "\"Your Java version is  and your user.home is \"")]
    [InlineData("lightbend/include-from-list.conf", "a.0.arrays.firstElementNotASubst", """["a","b"]""")]
    [InlineData("pyhocon_samples/substitutions.d/child.conf", "bar.bar-inner.foo-sub", "\"11\"")]
    [InlineData("pyhocon_samples/aws.conf", "data-center-east", """{"cluster-size":6,"name":"east"}""")]
    [InlineData("pyhocon_samples/aws.conf", "large-jvm-opts", """["-XX:+UseParNewGC","-Xm16g"]""")]
    [InlineData("pyhocon_samples/animals.conf", "dog.mutt.hates.garfield.say", "\"meow\"")]
    [InlineData("akka/akka-actor.reference.conf", "akka.actor.default-dispatcher.throughput", "5")]
    public void Values_of_real_files_are_as_their_authors_mean_them(string file, string path, string json)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var value = Read(TestData.Path($"hocon/{file}"));

        foreach (var name in path.Split('.'))
        {
            value = value is HoconArray array
                ? array.Items[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]
                : ((HoconObject)value).Find(name)!;
        }

        var written = HoconJson.Render(value);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(written)), written);
    }

    private static void Parse(HoconSource source) => HoconParser.Parse(source, HoconFiles.Find, out _);

    private static HoconValue Read(string file) => HoconReading.Read(HoconFiles.Read(file), HoconFiles.Find);

    private static string[] Cases(string list)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(TestData.Path("hocon/lightbend_parse_cases.json")));
        return [.. cases.RootElement.GetProperty(list).EnumerateArray().Select(text => text.GetString()!)];
    }

    private static string? Fault(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (HoconException fault)
        {
            return fault.Message;
        }
    }
}
