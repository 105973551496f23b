using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconPropertyTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", ".", "=", ":", "+=", "{", "}", "[", "]", ",", "\n", " ", "\"", "\"\"\"", "${", "${?", "}", "\\", "#",
        "//",
        "include ", "include \"x\"", "required(", "file(", ")", "1", "-", "e+5", "null", "true", "\r", "\t", "\ufeff",
        "\ud800", "$",
        "a = ${b}", "b = ${a.c}", "a.c = {}", "[]", "(", "\0",
    ];

    [Fact]
    public void Whatever_the_text_the_reader_answers_or_throws_its_own_exception()
    {
        var texts = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

        Check(2_000, texts.ToArbitrary(), text => Survives(text) && Survives($"{{{text}}}") && Survives($"a = {text}"));
    }

    [Fact]
    public void Any_characters_do_no_harm()
        => Check(1_000, ArbMap.Default.ArbFor<string?>(), text => Survives(text ?? ""));

    [Fact]
    public void Json_is_hocon_and_is_written_back_the_same()
        => Check(1_000, Json(4).ToArbitrary(), json =>
        {
            var text = $$"""{"root":{{json}}}""";
            var written = HoconReading.Json(text);
            return JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(written))
                && HoconReading.Json(written) == written;
        });

    [Fact]
    public void Hocon_for_people_reads_back_the_same()
        => Check(500, Json(4).ToArbitrary(), json =>
        {
            var value = (HoconObject)HoconReading.Read($$"""{"root":{{json}}}""");
            return HoconReading.Json(HoconRender.Render(value, origins: true)) == HoconJson.Render(value)
                && HoconReading.Json(HoconRender.Render(value, origins: false)) == HoconJson.Render(value);
        });

    [Fact]
    public void A_path_is_written_so_that_it_reads_back()
        => Check(500, Name().NonEmptyListOf().ToArbitrary(), names =>
            HoconParser.ParsePath(new HoconSource("path", HoconPath.Render(names))).SequenceEqual(names));

    private static void Check<T>(int runs, Arbitrary<T> values, Func<T, bool> holds)
        => FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(runs).WithReplay(20_261_124, 7), Prop.ForAll(values, holds));

    private static bool Survives(string text)
    {
        try
        {
            HoconReading.Json(text, HoconReading.Files(("x", "c = ${a}, a = 1")));
        }
        catch (HoconException fault)
        {
            return fault.Problem.Origin.Line > 0 && fault.Problem.Message.Length > 0;
        }

        return true;
    }

    private static Gen<string> Name()
        => Gen.Elements(
            "a", "b-c", "a.b", "", "é", "include", "1", "x y", "\"", "\\", "\n", "null", " ", "$", "\u2028", "\t");

    private static Gen<string> Json(int levels)
    {
        var scalar = Gen.OneOf(
            Gen.Elements("null", "true", "false", "0", "-1", "0.5e-3", "1E+2", "123456789012345678901234567890"),
            ArbMap.Default.GeneratorFor<int>().Select(number => number.ToString(CultureInfo.InvariantCulture)),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => HoconJson.Quote(Whole(text.Get))),
            Name().Select(HoconJson.Quote));
        if (levels == 0)
        {
            return scalar;
        }

        var inner = Json(levels - 1);
        var array = inner.ListOf(3).Select(items => $"[{string.Join(", ", items)}]");
        var fields = Name().SelectMany(name => inner.Select(value => (name, value))).ListOf(3).Select(
            pairs => $"{{{string.Join(',', pairs.DistinctBy(pair => pair.name).Select(Field))}}}");
        return Gen.Frequency((2, scalar), (1, array), (1, fields));

        static string Field((string Name, string Value) pair) => $"{HoconJson.Quote(pair.Name)} : {pair.Value}";
    }

    // A lone surrogate has no UTF-8 form, so a JSON reader need not keep it.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
