using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconGrammarTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData(" \n# only a comment\n// and another", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("{} # comment", "{}")]
    [InlineData("[1, 2]", "[1,2]")]
    [InlineData("a=1", """{"a":1}""")]
    [InlineData("a : 1, b : 2,", """{"a":1,"b":2}""")]
    [InlineData("a=1\nb=2\n\n,c=3", """{"a":1,"b":2,"c":3}""")]
    [InlineData("a=1\r\nb=x\r\n", """{"a":1,"b":"x"}""")]
    [InlineData("\ufeffa=1", """{"a":1}""")]
    [InlineData("a\u00a0=\u20031\u3000", """{"a":1}""")]
    [InlineData("a { b { c = 1 } }", """{"a":{"b":{"c":1}}}""")]
    [InlineData("a\n  { b = 1 }", """{"a":{"b":1}}""")]
    [InlineData("a = # why\n  1", """{"a":1}""")]
    [InlineData("a = [\n 1\n 2, # two\n 3\n]", """{"a":[1,2,3]}""")]
    [InlineData("a = [1,\n]", """{"a":[1]}""")]
    [InlineData("a = [[1, 2], [3]]", """{"a":[[1,2],[3]]}""")]
    [InlineData("a = http//x", """{"a":"http"}""")]
    [InlineData("/a/b = 1", """{"/a/b":1}""")]
    public void The_shape_of_a_document_is_free(string text, string json)
        => Assert.Equal(json, HoconReading.Json(text));

    [Theory]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("truest", "\"truest\"")]
    [InlineData("42", "42")]
    [InlineData("-0.5e-3", "-0.5e-3")]
    [InlineData("1e+6", "1e+6")]
    [InlineData("1.50", "1.50")]
    [InlineData("007", "\"007\"")]
    [InlineData(".33", "\".33\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData("1.0.0", "\"1.0.0\"")]
    [InlineData("10e3e3", "\"10e3e3\"")]
    [InlineData("10x", "\"10x\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("192.168.0.1", "\"192.168.0.1\"")]
    [InlineData("10 ms", "\"10 ms\"")]
    [InlineData("null bar 42 \"baz\" true 3.14 hi  # not this", "\"null bar 42 baz true 3.14 hi\"")]
    [InlineData("a   b\t", "\"a   b\"")]
    [InlineData("\"a\" \"b\"", "\"a b\"")]
    [InlineData("\"42\"", "\"42\"")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\té\"")]
    [InlineData("\"# no // comment\"", "\"# no // comment\"")]
    [InlineData("\"\"\"a\"b\nc\\n\"\"\"", "\"a\\\"b\\nc\\\\n\"")]
    [InlineData("\"\"\"x\"\"\"\"", "\"x\\\"\"")]
    [InlineData("\"\"\"\"\"\"", "\"\"")]
    [InlineData("(42)", "\"(42)\"")]
    public void Values_are_read(string value, string json)
        => Assert.Equal($$"""{"a":{{json}}}""", HoconReading.Json($"a = {value}"));

    [Theory]
    [InlineData("a.b.c = 1", """{"a":{"b":{"c":1}}}""")]
    [InlineData("a.\"b.c\" = 1", """{"a":{"b.c":1}}""")]
    [InlineData("\"\".\"\" = 1", """{"":{"":1}}""")]
    [InlineData("a b c = 1", """{"a b c":1}""")]
    [InlineData("a\"b\"c = 1", """{"abc":1}""")]
    [InlineData("10.0foo = 1", """{"10":{"0foo":1}}""")]
    [InlineData("true = 1", """{"true":1}""")]
    [InlineData("foo include = 1", """{"foo include":1}""")]
    [InlineData("\"include\" = 1", """{"include":1}""")]
    [InlineData("include.x = 1", """{"include":{"x":1}}""")]
    [InlineData("a.b = 1, a.c = 2", """{"a":{"b":1,"c":2}}""")]
    [InlineData("a { b = 1 }, a { c = 2 }", """{"a":{"b":1,"c":2}}""")]
    [InlineData("a = { b = 1 }, a = 2, a = { c = 3 }", """{"a":{"c":3}}""")]
    [InlineData("a = { b = 1 } { c = 2 }", """{"a":{"b":1,"c":2}}""")]
    [InlineData("a = [1] [2] [3]", """{"a":[1,2,3]}""")]
    [InlineData("a = [1], a += 2, a += { b = 3 }", """{"a":[1,2,{"b":3}]}""")]
    [InlineData("a += 1", """{"a":[1]}""")]
    [InlineData("a { b += 1, b += 2 }", """{"a":{"b":[1,2]}}""")]
    [InlineData("a { b = 1 }\na { b = null }", """{"a":{"b":null}}""")]
    public void Keys_are_paths_and_objects_merge(string text, string json)
        => Assert.Equal(json, HoconReading.Json(text));

    [Theory]
    [InlineData("a = {", "test.conf:1:6: the object that begins here is not closed; add }")]
    [InlineData("a = [1", "test.conf:1:5: the array that begins here is not closed; add ]")]
    [InlineData("\n  a b", "test.conf:2:3: the key \"a b\" has no value: after it comes the end of the text; "
        + "write = and a value, or quote the special characters in the key")]
    [InlineData("a = ", "test.conf:1:5: a value is expected, not the end of the text; write null or \"\" for nothing")]
    [InlineData(
        "a = \"x\ny\"",
        "test.conf:1:5: the string is not closed on its line; end it with \" or use \"\"\" for several lines")]
    [InlineData(
        "a = \"\\x\"",
        "test.conf:1:6: the escape is none of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u; write \\\\ for a backslash")]
    [InlineData("a = \"\\u12g4\"", "test.conf:1:6: \\u needs four hexadecimal digits")]
    [InlineData("a = \"\"\"x", "test.conf:1:5: the string that begins with \"\"\" is not closed; end it with \"\"\"")]
    [InlineData("a = http://x", "test.conf:1:9: ':' cannot begin a value; put it in quotes")]
    [InlineData("a = [1,,2]", "test.conf:1:8: there are two commas in a row; remove one")]
    [InlineData(
        "a..b = 1",
        "test.conf:1:1: the path has an empty element; write \"\" for an empty name, quotes around a dot")]
    [InlineData(
        "a=1 }",
        "test.conf:1:5: a comma, a line break or } is expected, not '}'; put special characters in quotes")]
    [InlineData("a=${", "test.conf:1:5: a key is expected, not the end of the text; put special characters in quotes")]
    [InlineData(
        "a=${b",
        "test.conf:1:6: the substitution is not closed before the end of the text; write ${path} or ${?path}")]
    [InlineData(
        "include = 1",
        "test.conf:1:9: include needs a file name in quotes, not '='; write \"include\" in quotes when it is a key")]
    public void A_problem_names_the_place_and_the_way_out(string text, string problem)
        => Assert.Equal(problem, HoconReading.Problem(text));

    [Theory]
    [InlineData("{}x")]
    [InlineData("{}{}")]
    [InlineData("[1]{}")]
    [InlineData(",")]
    [InlineData("[,]")]
    [InlineData("{ a = 1 ]")]
    [InlineData("a = @home")]
    [InlineData("a = b`c")]
    [InlineData("a\u0007")]
    [InlineData("a = \"\u0007\"")]
    [InlineData("a = b+c")]
    public void What_is_not_hocon_is_refused(string text) => Assert.Throws<HoconException>(()
        => HoconReading.Read(text));

    [Fact]
    public void Nesting_has_a_limit()
    {
        var deep = string.Concat(Enumerable.Repeat("[", HoconLimits.Depth));

        Assert.StartsWith(
            "[[[", HoconReading.Json(deep + new string(']', HoconLimits.Depth)), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 100 levels", HoconReading.Problem("[" + deep), StringComparison.Ordinal);
        Assert.Contains(
            "nested deeper than 100 levels",
            HoconReading.Problem(string.Concat(Enumerable.Repeat("a{", 200))),
            StringComparison.Ordinal);
        Assert.Contains(
            "more than 100 elements",
            HoconReading.Problem(string.Join('.', Enumerable.Repeat("a", 101)) + "=1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_value_knows_its_line()
    {
        var root = Assert.IsType<HoconObject>(HoconReading.Read("a = 1\nb {\n  c = [x]\n}\nd = ${a}"));

        Assert.Equal("test.conf:1", root.Find("a")!.Origin.ToString());
        Assert.Equal("test.conf:3", root.Find("b", "c")!.Origin.ToString());
        Assert.Equal(new HoconOrigin("test.conf", 3, 8), ((HoconArray)root.Find("b", "c")!).Items[0].Origin);
        Assert.Equal("test.conf:1", root.Find("d")!.Origin.ToString());
    }

    [Fact]
    public void An_object_with_numbers_as_keys_is_an_array()
    {
        var root = Assert.IsType<HoconObject>(
            HoconReading.Read("a { 10 = c, 2 = b, 0 = a, x = no }, b = [1] { 0 = 2 }"));

        Assert.Equal("""["a","b","c"]""", HoconJson.Render(((HoconObject)root.Find("a")!).ToArray()!));
        Assert.Equal("[1,2]", HoconJson.Render(root.Find("b")!));
        Assert.Null(Assert.IsType<HoconObject>(HoconReading.Read("x = 1")).ToArray());
    }
}
