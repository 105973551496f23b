namespace TwinActors.Twins.RobotTwin;

/// <summary>Something to be done in the world because of a fact.</summary>
public enum RobotTwinEffect
{
    /// <summary>Start the twin's children and open the robot link.</summary>
    Start,

    /// <summary>Tell the synchronizer its mode.</summary>
    ApplyMode,

    /// <summary>Let the recorder do what the state says.</summary>
    Record,

    /// <summary>Close the robot link and stop the twin's children.</summary>
    Stop,
}
