namespace ScriptedSip.Script.Api;

/// <summary>Runs route blocks for which there is no message; exported by the program to its modules, once they have been started.</summary>
public interface IOwnRuns
{
    /// <summary>Runs a block of the current script on a request nobody has sent, on the thread of the context.</summary>
    void Run(ScriptContext context, RouteRef route, RouteKinds kind);
}
