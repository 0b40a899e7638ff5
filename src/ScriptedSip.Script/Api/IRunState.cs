namespace ScriptedSip.Script.Api;

/// <summary>A module's data of a run (<see cref="Frame.Slot"/>) that has to be told when the run is over.</summary>
public interface IRunState
{
    /// <summary>The run has ended, however it did; what belongs to its transaction has been kept by now.</summary>
    void RunEnded();
}
