using TwinActors.Ros2.Dds;

namespace TwinActors.Ros2.Links;

/// <summary>Counts the samples of a topic that no stream takes, across the coming and going of its senders.</summary>
/// <remarks>Used under the link's lock.</remarks>
internal sealed class CountedTopic
{
    private RosTopicReader? _reader;
    private long _before;

    /// <summary>Samples seen and skipped.</summary>
    public long Received => _before + (_reader?.Received ?? 0);

    /// <summary>Whether somebody sends.</summary>
    public bool IsListening => _reader is not null;

    /// <summary>Somebody sends: counts from now on.</summary>
    public void Listen(DdsDomain domain, string topic, string type) =>
        _reader ??= domain.SubscribeOpaque(topic, type, RosQos.SensorData, static (_, in _) => { });

    /// <summary>Nobody sends any more.</summary>
    public void Stop()
    {
        if (_reader is { } reader)
        {
            reader.Dispose();
            _before += reader.Received;
            _reader = null;
        }
    }
}
