using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>Ends runaways: loops without end and routes that call themselves.</summary>
internal static class StepBudget
{
    /// <summary>Deepest nesting of route calls, as in the servers of the dialect.</summary>
    public const int MaxRouteDepth = 100;

    /// <summary>Takes one step.</summary>
    /// <exception cref="RunawayScriptException">There is none left.</exception>
    public static void Take(Frame frame)
    {
        if (--frame.StepsLeft < 0)
            throw new RunawayScriptException("the script runs without end");
    }

    /// <summary>Enters a route.</summary>
    /// <exception cref="RunawayScriptException">Routes are nested too deeply.</exception>
    public static void Enter(Frame frame)
    {
        Take(frame);
        if (++frame.RouteDepth > MaxRouteDepth)
            throw new RunawayScriptException($"routes call each other more than {MaxRouteDepth} deep");
    }
}

/// <summary>A script run that had to be ended.</summary>
internal sealed class RunawayScriptException(string message) : Exception(message);
