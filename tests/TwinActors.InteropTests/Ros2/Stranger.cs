using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;

namespace TwinActors.InteropTests.Ros2;

/// <summary>Somebody else in a domain: participants of its own, so that links do not take it for us.</summary>
internal sealed class Stranger(DdsDomain domain) : IDisposable
{
    private readonly DdsParticipants _participants = new(domain.Options.Domain, 100);

    public RosTopicWriter Advertise(string topic, string type, RosQos qos, RosSchemaSet? schemas = null)
    {
        var schema = (schemas ?? RosSchemaSet.Standard).Get(type);
        return new RosTopicWriter(_participants, RosNames.ToDdsTopic(topic), domain.TypeOf(schema), qos);
    }

    public void Dispose() => _participants.Dispose();
}
