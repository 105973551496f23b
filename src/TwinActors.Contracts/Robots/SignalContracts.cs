using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>Declares that a value in the messages of a topic is a quantity of a joint or another component.</summary>
/// <param name="Signal"><c>joint/NAME/QUANTITY</c> or <c>component/NAME/QUANTITY</c>, as
/// <c>joint/left_knee/temperature</c>; <c>*</c> as NAME takes the key of each element.</param>
/// <param name="Topic">Topic of one of the robot's sensor streams; <c>&lt;id&gt;</c> stands for the robot's ROS
/// name.</param>
/// <param name="Field">Field path with array elements by number or key: <c>motors[3].current</c>,
/// <c>motors[name=left_knee].temperature</c>, <c>status[name=knee].values[key=temperature].value</c>; in an array of
/// numbers the key is an array of texts beside it, <c>temperature[name=left_knee]</c>. <c>[name=*]</c> takes
/// each.</param>
/// <param name="Unit">Unit of the value, 1 to 16 characters; null when it has none.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SignalRequest(string? Signal, string? Topic = null, string? Field = null, string? Unit = null);

/// <summary>A mapped signal now.</summary>
/// <param name="Signal">Its name, as <c>joint/left_knee/temperature</c>.</param>
/// <param name="Value">Value in <paramref name="Unit"/>; null when absent.</param>
/// <param name="Unit">Unit as declared; null when none is.</param>
/// <param name="Topic">Topic that it comes from.</param>
/// <param name="Field">Field path that it comes from.</param>
/// <param name="Stamp">Stamp of the sample; null before the first.</param>
/// <param name="AgeMs">Age of the sample [ms]; null before the first.</param>
/// <param name="Quality"><c>measured</c>, <c>stale</c> or <c>missing</c>.</param>
/// <param name="Problem">Why there is no value; null when there is nothing to say.</param>
public sealed record SignalDocument(
    string Signal,
    double? Value,
    string? Unit,
    string Topic,
    string Field,
    string? Stamp,
    double? AgeMs,
    string Quality,
    string? Problem);
