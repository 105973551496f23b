using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconIncludeTests
{
    [Theory]
    [InlineData("include \"x\"", """{"a":1,"b":1}""")]
    [InlineData("include\"x\"", """{"a":1,"b":1}""")]
    [InlineData("include file(\"x\")", """{"a":1,"b":1}""")]
    [InlineData("include required( file( \"x\" ) ), a = 2", """{"a":2,"b":2}""")]
    [InlineData("a = 0, include \"x\"", """{"a":1,"b":1}""")]
    [InlineData("p { include \"x\" }", """{"p":{"a":1,"b":1}}""")]
    [InlineData("p { include \"x\" }, p.a = 3", """{"p":{"a":3,"b":3}}""")]
    [InlineData("l = [ { include \"x\" } ]", """{"l":[{"a":1,"b":1}]}""")]
    [InlineData("include \"missing\", a = 1", """{"a":1}""")]
    [InlineData("include classpath(\"x\"), a = 1", """{"a":1}""")]
    [InlineData("l = [ include \"x\" ]", """{"l":["include x"]}""")]
    public void An_included_file_takes_the_place_of_its_statement(string text, string json)
        => Assert.Equal(json, HoconReading.Json(text, HoconReading.Files(("x", "{ a = 1, b = ${a} }"))));

    [Fact]
    public void A_substitution_looks_in_the_included_file_first_and_from_the_root_next()
    {
        var files = HoconReading.Files(("x", "b = ${a}, c = ${top}, l += 1, l += 2"));

        Assert.Equal(
            """{"top":7,"a":8,"p":{"a":9,"b":9,"c":7,"l":[1,2]},"q":{"b":8,"c":7,"l":[1,2]}}""",
            HoconReading.Json("top = 7, a = 8, p { a = 9, include \"x\" }, q { include \"x\" }", files));
    }

    [Theory]
    [InlineData("include url(\"http://x\")", "including from an address is refused (http://x)")]
    [InlineData("include \"https://x/y\"", "including from an address is refused (https://x/y)")]
    [InlineData("include required(\"y\")", "the required file y is missing; it is looked for beside test.conf")]
    [InlineData("include required(classpath(\"x\"))", "there is no classpath here; use file(…)")]
    [InlineData("include \"array\"", "array:1:1: the root is an array where an object is expected")]
    [InlineData("include \"broken\"", "broken:2:4: a value is expected")]
    [InlineData("include file(\"x\"", "the include is not closed before the end of the text; add )")]
    [InlineData("include \"loop\"", "loop:1:1: the include is a cycle: loop → back → loop")]
    [InlineData("include \"unreadable\"", "the file unreadable cannot be included: it is locked")]
    public void An_include_that_cannot_work_says_why(string text, string problem)
    {
        var files = HoconReading.Files(
            ("x", ""), ("array", "[1]"), ("broken", "\nb= "), ("loop", "include \"back\""), (
                "back", "\ninclude \"loop\""));

        var message = HoconReading.Problem(
            text, include => include.Name == "unreadable" ? throw new IOException("it is locked") : files(include));

        Assert.Contains(
            problem.Replace("loop:1:1", "back:2:1", StringComparison.Ordinal), message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_included_file_counts_the_levels_around_it()
    {
        var around = string.Concat(Enumerable.Repeat("a{", 60));
        var deep = string.Concat(Enumerable.Repeat("b{", 60)) + new string('}', 60);

        Assert.Contains(
            "nested deeper than 100 levels",
            HoconReading.Problem($"{around} include \"x\" {new string('}', 60)}", HoconReading.Files(("x", deep))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_includes_many_times_over_is_stopped()
    {
        FindHoconInclude endless = include => [new HoconSource(include.Name, $"include \"{include.Name}x\"")];

        Assert.Contains(
            "includes go beyond the limits", HoconReading.Problem("include \"x\"", endless), StringComparison.Ordinal);
    }
}
