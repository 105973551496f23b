namespace TwinActors.SimulationTests.Runs;

/// <summary>
/// A guard of the simulated journal or store that is left out, to see whether the checker misses it. Guards of the
/// product are left out in copies of its sources: see Mutants.
/// </summary>
internal enum SimulatedMutation
{
    /// <summary>All guards are there.</summary>
    None,

    /// <summary>After an unknown outcome the journal goes on under the same epoch.</summary>
    KeepEpoch,

    /// <summary>After a crash the store keeps the half of a write that was in the middle.</summary>
    KeepTornWrites,
}
