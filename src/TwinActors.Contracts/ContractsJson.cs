using System.Text.Json;
using System.Text.Json.Serialization;
using TwinActors.Contracts.Journal;
using TwinActors.Contracts.Node;
using TwinActors.Contracts.Recordings;
using TwinActors.Contracts.Robots;
using TwinActors.Contracts.Telemetry;

namespace TwinActors.Contracts;

/// <summary>JSON of everything that crosses HTTP and the live socket: camelCase, absent is null.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(IReadOnlyList<RobotSummary>))]
[JsonSerializable(typeof(RegisterRobotRequest))]
[JsonSerializable(typeof(IReadOnlyList<RegisterRobotRequest>))]
[JsonSerializable(typeof(RobotDocument))]
[JsonSerializable(typeof(JointsDocument))]
[JsonSerializable(typeof(IReadOnlyList<SensorDocument>))]
[JsonSerializable(typeof(IReadOnlyList<SignalDocument>))]
[JsonSerializable(typeof(IReadOnlyList<StreamDocument>))]
[JsonSerializable(typeof(IReadOnlyList<DiscoveredRobotDocument>))]
[JsonSerializable(typeof(SyncDocument))]
[JsonSerializable(typeof(ModeRequest))]
[JsonSerializable(typeof(ControlReplayRequest))]
[JsonSerializable(typeof(LinkReplayDocument))]
[JsonSerializable(typeof(WhatIfRequest))]
[JsonSerializable(typeof(CalibrationRequest))]
[JsonSerializable(typeof(CalibrationProposalDocument))]
[JsonSerializable(typeof(CalibrationParameters))]
[JsonSerializable(typeof(CalibrationDocument))]
[JsonSerializable(typeof(BranchDocument))]
[JsonSerializable(typeof(IReadOnlyList<BranchDocument>))]
[JsonSerializable(typeof(BranchTrajectoryDocument))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(IReadOnlyList<SnapshotDocument>))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(VerificationDocument))]
[JsonSerializable(typeof(IReadOnlyList<VerificationDocument>))]
[JsonSerializable(typeof(IReadOnlyList<StreamLagDocument>))]
[JsonSerializable(typeof(ActorDocument))]
[JsonSerializable(typeof(IReadOnlyList<ActorDocument>))]
[JsonSerializable(typeof(IReadOnlyList<MailboxDocument>))]
[JsonSerializable(typeof(TappedMessageDocument))]
[JsonSerializable(typeof(IReadOnlyList<LogLineDocument>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterDocument>))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(RecordingsDocument))]
[JsonSerializable(typeof(RecordedMessageDocument))]
[JsonSerializable(typeof(TelemetryRequest))]
[JsonSerializable(typeof(TelemetryNotice))]
public sealed partial class ContractsJson : JsonSerializerContext;
