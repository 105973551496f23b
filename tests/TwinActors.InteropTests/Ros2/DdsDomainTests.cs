using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

public class DdsDomainTests
{
    private static readonly RosSchema Text = RosSchemaSet.Standard.Get("std_msgs/msg/String");

    [Fact]
    public async Task What_a_writer_writes_a_reader_receives_unchanged()
    {
        using var domain = TestDomains.Open();
        var received = new List<string>();
        using var reader = domain.Subscribe(
            "/demo/text", Text, RosQos.Default, (cdr, in _) => received.Add(Convert.ToHexString(cdr)));
        using var writer = domain.Advertise("/demo/text", Text, RosQos.Default);
        await Eventually.TrueAsync(() => writer.Subscribers == 1 && reader.Publishers == 1, "reader and writer match");

        Assert.Equal(RosWriteResult.Written, writer.Write(Sample("hello")));
        Assert.Equal(RosWriteResult.Written, writer.Write(Sample("")));

        await Eventually.TrueAsync(() => reader.Received == 2, "both samples arrive");
        Assert.Equal([Convert.ToHexString(Sample("hello")), Convert.ToHexString(Sample(""))], received);
    }

    [Theory]
    [InlineData("0001000005000000")]
    [InlineData("00010000050000006162636465")]
    [InlineData("0001")]
    [InlineData("")]
    public void Bytes_that_do_not_fit_the_type_are_not_written(string hex)
    {
        using var domain = TestDomains.Open();
        using var writer = domain.Advertise("/demo/text", Text, RosQos.Default);

        Assert.Equal(RosWriteResult.Malformed, writer.Write(Convert.FromHexString(hex)));
    }

    [Fact]
    public async Task Big_endian_samples_arrive_in_this_machines_order()
    {
        using var domain = TestDomains.Open();
        byte[]? received = null;
        using var reader = domain.Subscribe(
            "/demo/clock", RosSchemaSet.Standard.Get("rosgraph_msgs/msg/Clock"), RosQos.Default,
            (cdr, in _) => received = cdr.ToArray());
        using var writer = domain.Advertise(
            "/demo/clock", RosSchemaSet.Standard.Get("rosgraph_msgs/msg/Clock"), RosQos.Default);

        writer.Write(Convert.FromHexString("00000000" + "00000001" + "00000002"));

        await Eventually.TrueAsync(() => received is not null, "the sample arrives");
        Assert.Equal("00010000" + "01000000" + "02000000", Convert.ToHexString(received!));
    }

    [Fact]
    public async Task A_reader_that_asks_for_more_than_is_offered_is_refused_by_name()
    {
        using var domain = TestDomains.Open();
        using var writer = domain.Advertise("/demo/text", Text, RosQos.SensorData);
        using var reader = domain.Subscribe("/demo/text", Text, RosQos.Default, (_, in _) => { });

        await Eventually.TrueAsync(
            () => reader.RefusedPolicy is not null && writer.RefusedPolicy is not null, "both learn of it");
        Assert.Equal("reliability", reader.RefusedPolicy);
        Assert.Equal("reliability", writer.RefusedPolicy);
        Assert.Equal("reliability", reader.Qos.Refuses(writer.Qos));
        Assert.Equal(0, reader.Publishers);
    }

    [Fact]
    public async Task A_late_reader_of_a_latched_topic_receives_the_whole_depth()
    {
        using var domain = TestDomains.Open();
        var latched = RosQos.Latched with { Depth = 5 };
        using var writer = domain.Advertise("/demo/text", Text, latched);
        for (var i = 0; i < 7; i++)
        {
            writer.Write(Sample($"{i}"));
        }

        using var reader = domain.Subscribe("/demo/text", Text, latched, (_, in _) => { });

        await Eventually.TrueAsync(() => reader.Received == 5, "the newest five arrive");
    }

    [Fact]
    public async Task A_type_we_do_not_know_is_received_as_it_is()
    {
        using var domain = TestDomains.Open();
        byte[]? received = null;
        using var reader = domain.SubscribeOpaque(
            "/demo/text", "std_msgs/msg/String", RosQos.SensorData, (cdr, in _) => received = cdr.ToArray());
        using var writer = domain.Advertise("/demo/text", Text, RosQos.Default);

        writer.Write(Sample("unseen"));

        await Eventually.TrueAsync(() => received is not null, "the sample arrives");
        Assert.Equal(Sample("unseen"), received);
    }

    [Fact]
    public async Task A_handler_that_throws_costs_its_sample_alone()
    {
        using var domain = TestDomains.Open();
        var calls = 0;
        using var reader = domain.Subscribe("/demo/text", Text, RosQos.Default, (_, in _) =>
        {
            if (++calls == 1)
            {
                throw new InvalidOperationException("first");
            }
        });
        using var writer = domain.Advertise("/demo/text", Text, RosQos.Default);

        writer.Write(Sample("a"));
        writer.Write(Sample("b"));

        await Eventually.TrueAsync(() => reader.Received == 1, "the second sample is handled");
        Assert.Equal((1, "first"), (reader.HandlerFailures, reader.NewestFailure));
    }

    [Fact]
    public async Task The_end_of_the_last_writer_is_noticed()
    {
        using var domain = TestDomains.Open();
        var changes = 0;
        using var reader = domain.Subscribe(
            "/demo/text", Text, RosQos.Default, (_, in _) => { }, () => Interlocked.Increment(ref changes));
        using (var writer = domain.Advertise("/demo/text", Text, RosQos.Default))
        {
            writer.Write(Sample("a"));
            await Eventually.TrueAsync(() => reader.Publishers == 1 && reader.Received == 1, "the writer is matched");
        }

        await Eventually.TrueAsync(
            () => reader.Publishers == 0 && reader.Endings == 1 && Volatile.Read(ref changes) >= 2,
            "the writer is gone");
        Assert.Equal(2, changes);
    }

    [Fact]
    public void Endpoints_beyond_a_participants_share_open_another_one()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        var options = DdsDomainOptions.Loopback(TestDomains.NextNumber()) with { EndpointsPerParticipant = 4 };
        using var domain = DdsDomain.Open(options);

        var readers = Enumerable.Range(0, 10)
            .Select(i => domain.Subscribe($"/demo/t{i}", Text, RosQos.Default, (_, in _) => { }))
            .ToList();
        Assert.Equal(3, domain.Participants.Count);

        readers.ForEach(reader => reader.Dispose());
        using var again = domain.Subscribe("/demo/again", Text, RosQos.Default, (_, in _) => { });
        Assert.Equal(3, domain.Participants.Count);
    }

    [Fact]
    public void A_domain_can_be_left_and_joined_again()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        var options = DdsDomainOptions.Loopback(TestDomains.NextNumber());
        DdsDomain.Open(options).Dispose();

        using var domain = DdsDomain.Open(options);
        Assert.Throws<DdsException>(() => DdsDomain.Open(options));
    }

    private static byte[] Sample(string text)
    {
        var buffer = new byte[256];
        var writer = new CdrWriter(buffer);
        writer.WriteText(text);
        return writer.Written.ToArray();
    }
}
