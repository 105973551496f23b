namespace TwinActors.Twins.Synchronization;

/// <summary>Where the corrections of a synchronizer go.</summary>
public enum SyncMode
{
    /// <summary>The virtual robot follows the physical one as an observer; nothing is asked of anybody.</summary>
    Shadow,

    /// <summary>As <see cref="Shadow"/>; what would bring the physical robot to the virtual one is shown to
    /// people.</summary>
    Advise,

    /// <summary>The virtual robot takes over each sample whole: an image of the physical one, without a will of its
    /// own.</summary>
    Mirror,

    /// <summary>Corrections go to the physical robot. No part of this version can do that.</summary>
    Command,
}
