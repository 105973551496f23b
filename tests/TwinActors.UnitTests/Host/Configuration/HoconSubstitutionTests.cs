using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconSubstitutionTests
{
    [Theory]
    [InlineData("a = 1, b = ${a}", """{"a":1,"b":1}""")]
    [InlineData("b = ${a}, a = 1", """{"b":1,"a":1}""")]
    [InlineData("a = 1, b = ${a}, a = 2", """{"a":2,"b":2}""")]
    [InlineData("a = ${?b}", "{}")]
    [InlineData("a = 1, a = ${?b}", """{"a":1}""")]
    [InlineData("a = [1, ${?b}, 2]", """{"a":[1,2]}""")]
    [InlineData("a = x${?b}y", """{"a":"xy"}""")]
    [InlineData("a = ${?b}${?c}", "{}")]
    [InlineData("a = ${?b} ${?c}", """{"a":" "}""")]
    [InlineData("a = ${?b} [1]", """{"a":[1]}""")]
    [InlineData("a = ${?b} { c = 1 }", """{"a":{"c":1}}""")]
    [InlineData("h = x, a = \"${h}\" is ${h}:${h}", null)]
    [InlineData("h = x, a = \"${h}\" is ${h} ${h}", """{"h":"x","a":"${h} is x x"}""")]
    [InlineData("a = null, b = ${a}", """{"a":null,"b":null}""")]
    [InlineData("base { x = 1, y = 2 }, a = ${base} { y = 3 }", """{"base":{"x":1,"y":2},"a":{"x":1,"y":3}}""")]
    [InlineData("base { x = 1 }, a = ${base}, a.y = 2", """{"base":{"x":1},"a":{"x":1,"y":2}}""")]
    [InlineData("l = [1], a = ${l} [2]", """{"l":[1],"a":[1,2]}""")]
    [InlineData("a.b = 1, c = ${a}, d = ${c.b}", """{"a":{"b":1},"c":{"b":1},"d":1}""")]
    [InlineData("\"a.b\" = 1, c = ${\"a.b\"}", """{"a.b":1,"c":1}""")]
    [InlineData("a b = 1, c = ${ a b }", """{"a b":1,"c":1}""")]
    public void A_substitution_is_the_final_value_of_its_path(string text, string? json)
    {
        if (json is null)
        {
            Assert.Throws<HoconException>(() => HoconReading.Read(text));
            return;
        }

        Assert.Equal(json, HoconReading.Json(text));
    }

    [Theory]
    [InlineData("path = a, path = ${path}b", """{"path":"ab"}""")]
    [InlineData("path = [a], path = ${path} [b], path = [z] ${path}", """{"path":["z","a","b"]}""")]
    [InlineData("a = ${?a}foo", """{"a":"foo"}""")]
    [InlineData("a = { b = 1 }, a = ${a} { c = 2 }", """{"a":{"b":1,"c":2}}""")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }", """{"foo":{"a":2,"c":1}}""")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }", """{"bar":{"foo":42,"baz":42}}""")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }, bar { foo = 43 }", """{"bar":{"foo":43,"baz":43}}""")]
    [InlineData(
        "bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4",
        """{"bar":{"a":4,"b":3},"foo":{"c":3,"d":4}}""")]
    [InlineData("a = ${a}, a = 42", """{"a":42}""")]
    [InlineData("a = ${nowhere}, a = 42", """{"a":42}""")]
    [InlineData("a = 1, b = 2, a = ${b}, b = ${a}", """{"a":1,"b":1}""")]
    [InlineData("a = ${?b}, b = ${?a}", "{}")]
    [InlineData("x { q = 1 }, a = ${x} { y = ${a.z}, z = 2 }", """{"x":{"q":1},"a":{"q":1,"y":2,"z":2}}""")]
    [InlineData("x { q = 1 }, a = ${x} { y = ${a.q} }", """{"x":{"q":1},"a":{"q":1,"y":1}}""")]
    [InlineData("x { q = 1 }, a = ${x} { y = ${b} }, b = ${a.q}", """{"x":{"q":1},"a":{"q":1,"y":1},"b":1}""")]
    [InlineData(
        "x={ q : 10 }\ny=5\na=1\na.q.r.s=${b}\na=${y}\na=${x}\na={ c : 3 }\n"
            + "b=${x}\nb=${y}\nc=${x}\nc={ d : 600, e : ${a}, f : ${b} }",
        """{"x":{"q":10},"y":5,"a":{"q":10,"c":3},"b":5,"c":{"q":10,"d":600,"e":{"q":10,"c":3},"f":5}}""")]
    public void A_field_that_refers_to_itself_means_its_older_value(string text, string json)
        => Assert.Equal(json, HoconReading.Json(text));

    [Theory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}, b = ${a}")]
    [InlineData("a = ${b}, b = ${c}, c = ${a}")]
    [InlineData("a { b = ${a} }")]
    [InlineData("a = [${a}]")]
    [InlineData("a = ${b.x}, b = ${a.x}")]
    public void A_cycle_is_found(string text)
        => Assert.Contains(
            "refers to itself and has no earlier value", HoconReading.Problem(text), StringComparison.Ordinal);

    [Fact]
    public void Every_undefined_substitution_is_reported_with_its_place()
    {
        var problems = HoconReading.Problems("a = ${x.y}\nb = [${z}]\n");

        Assert.Equal(
            [
                "test.conf:1:5: ${x.y} is defined nowhere, neither here nor in the environment; "
                    + "define it, or write ${?x.y} if it may be missing",
                "test.conf:2:6: ${z} is defined nowhere, neither here nor in the environment; "
                    + "define it, or write ${?z} if it may be missing",
            ],
            problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("a = [1], b = y${a}")]
    [InlineData("a = [1] { b = 2 }")]
    [InlineData("a = { b = 2 } x")]
    public void Text_arrays_and_objects_do_not_mix(string text)
        => Assert.Contains(" is joined with an ", HoconReading.Problem(text), StringComparison.Ordinal);

    [Fact]
    public void The_environment_answers_when_the_configuration_does_not()
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = "/home/me",
            ["L_0"] = "x",
            ["L_1"] = "y",
            ["B"] = "no",
        };

        var root = HoconReading.Read(
            "a = ${HOME}/.ros, b = ${B}, B = 1, c = ${L[]}, d = ${?M[]}", environment: variables.GetValueOrDefault);

        Assert.Equal("""{"a":"/home/me/.ros","b":1,"B":1,"c":["x","y"]}""", HoconJson.Render(root));
        Assert.Equal("environment variable HOME", ((HoconObject)root).Find("a")!.Origin.ToString());
    }

    [Fact]
    public void Chains_and_growth_have_limits()
    {
        var chain = Lines(1000, i => $"a{i - 1} = ${{a{i}}}") + "a1000 = 1";
        var doubling = "a0 = xxxxxxxxxx\n" + Lines(40, i => $"a{i} = ${{a{i - 1}}}${{a{i - 1}}}");
        var shared = "a0 = 1\n" + Lines(40, i => $"a{i} = [${{a{i - 1}}}, ${{a{i - 1}}}]");
        var search = "a0 = 1\n" + Lines(40, i => $"a{i} = ${{a{i - 1}}} ${{a{i - 1}}}") + "b = ${?a40.x}";

        Assert.Contains("more than 256 substitutions", HoconReading.Problem(chain), StringComparison.Ordinal);
        Assert.Contains("longer than 1000000 characters", HoconReading.Problem(doubling), StringComparison.Ordinal);
        Assert.Contains("too large", HoconReading.Problem(shared), StringComparison.Ordinal);
        Assert.Throws<HoconException>(() => HoconReading.Read(search));
    }

    private static string Lines(int count, Func<int, string> line)
        => string.Concat(Enumerable.Range(1, count).Select(i => line(i) + "\n"));
}
