using Microsoft.AspNetCore.Http;
using TwinActors.Host.Api;

namespace TwinActors.UnitTests.Host.Api;

public sealed class AllowedHostsTests
{
    private readonly AllowedHosts _hosts = new([new Uri("http://node7:8050")], ["twins.example", "fd00::7"]);

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("[::1]", true)]
    [InlineData("node7", true)]
    [InlineData("twins.example", true)]
    [InlineData("[fd00::7]", true)]
    [InlineData("", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("twins.example.evil.example", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("192.168.0.7", false)]
    public void A_node_answers_to_loopback_its_own_urls_and_listed_names(string host, bool answers) =>
        Assert.Equal(answers, _hosts.Answers(host));

    [Theory]
    [InlineData(null, true)]
    [InlineData("http://127.0.0.1:8050", true)]
    [InlineData("http://TWINS.example", true)]
    [InlineData("https://twins.example:444", true)]
    [InlineData("http://127.0.0.1:3000", false)]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    public void A_socket_is_opened_for_the_nodes_own_pages_and_those_of_listed_hosts(string? origin, bool admits)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("127.0.0.1:8050");
        request.Headers.Origin = origin;

        Assert.Equal(admits, _hosts.Admits(request));
    }
}
