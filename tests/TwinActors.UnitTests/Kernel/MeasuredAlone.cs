using Xunit;

namespace TwinActors.UnitTests.Kernel;

/// <summary>Tests that look at the size of the heap: no other test may run beside them.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public static class MeasuredAlone;
