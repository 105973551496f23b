namespace TwinActors.Kernel;

/// <summary>What an actor shares with most of those around it: one word in each of them instead of three.</summary>
/// <param name="System">The system that they belong to.</param>
/// <param name="Dispatcher">Runs them.</param>
/// <param name="Timers">The wheel of their own clock; a twin in a replay has another than the system.</param>
internal sealed record Surroundings(ActorSystem System, Dispatcher Dispatcher, TimerWheel Timers);
