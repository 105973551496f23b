using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwinActors.Ros2.Bridges;

/// <summary>JSON of what a bridge advertises.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FoxgloveProtocol.Channel))]
internal sealed partial class FoxgloveProtocolJson : JsonSerializerContext;
