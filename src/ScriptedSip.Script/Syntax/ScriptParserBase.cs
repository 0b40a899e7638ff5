using System.Runtime.CompilerServices;
using Antlr4.Runtime;

namespace ScriptedSip.Script.Syntax;

/// <summary>Base of the generated parser: a rule too many ends in an exception the door catches, not in a dead process.</summary>
public abstract class ScriptParserBase(ITokenStream input, TextWriter output, TextWriter errorOutput) : Parser(input, output, errorOutput)
{
    public override void EnterRule(ParserRuleContext localctx, int state, int ruleIndex)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        base.EnterRule(localctx, state, ruleIndex);
    }
}
