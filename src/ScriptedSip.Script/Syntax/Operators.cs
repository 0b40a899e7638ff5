using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>What operator a token is and how tightly it binds: the one table where the families differ about expressions.</summary>
internal static class Operators
{
    private enum Table
    {
        /// <summary>OpenSER 1.0/1.1 and SER 0.9: <c>&amp;</c> and <c>|</c> are <c>and</c> and <c>or</c>.</summary>
        Classic,

        /// <summary>OpenSER 1.2 and OpenSIPS: <c>or</c> and <c>and</c> on one level, arithmetic on one level.</summary>
        Flat,

        /// <summary>Kamailio and SER 2.0: as in C, with <c>&lt;&lt;</c> below comparisons.</summary>
        C,
    }

    /// <summary>The level of comparisons, where a <c>!</c> in front stops: <c>!a == b</c> is <c>!(a == b)</c> in every family.</summary>
    public static int ComparisonLevel(DialectDecision dialect) => TableOf(dialect) switch { Table.Classic => 3, Table.Flat => 2, _ => 7 };

    /// <summary>The operator of a token, and its level: higher binds tighter.</summary>
    public static (BinaryOperator Operator, int Level) Of(ScriptToken token, DialectDecision dialect)
    {
        var op = Operator(token, dialect.ClassicOperators);
        return (op, Level(op, TableOf(dialect)));
    }

    private static Table TableOf(DialectDecision dialect) => dialect.Dialect switch
    {
        ScriptDialect.Ser or ScriptDialect.OpenSer when dialect.ClassicOperators => Table.Classic,
        ScriptDialect.OpenSer or ScriptDialect.OpenSips => Table.Flat,
        _ => Table.C,
    };

    private static int Level(BinaryOperator op, Table table) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And => table == Table.Flat ? 1 : 2,
        BinaryOperator.BitOr => table == Table.C ? 3 : 4,
        BinaryOperator.BitXor => 4,
        BinaryOperator.BitAnd => table == Table.C ? 5 : 4,
        BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight => table == Table.C ? 6 : 4,
        BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual when table == Table.C => 8,
        BinaryOperator.Add or BinaryOperator.Subtract => table == Table.C ? 9 : 5,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo => table == Table.C ? 10 : 5,
        BinaryOperator.Concatenate => 11,
        _ => table switch { Table.Classic => 3, Table.Flat => 2, _ => 7 },
    };

    private static BinaryOperator Operator(ScriptToken token, bool classic) => token.Type switch
    {
        SipScriptLexer.OrWord => BinaryOperator.Or,
        SipScriptLexer.AndWord => BinaryOperator.And,
        SipScriptLexer.EqualEqual => BinaryOperator.Equal,
        SipScriptLexer.NotEqual => BinaryOperator.NotEqual,
        SipScriptLexer.Matches => BinaryOperator.Matches,
        SipScriptLexer.NotMatches => BinaryOperator.NotMatches,
        SipScriptLexer.Less => BinaryOperator.Less,
        SipScriptLexer.LessEqual => BinaryOperator.LessOrEqual,
        SipScriptLexer.Greater => BinaryOperator.Greater,
        SipScriptLexer.GreaterEqual => BinaryOperator.GreaterOrEqual,
        SipScriptLexer.WordComparison => token.Text switch
        {
            "eq" => BinaryOperator.StringEqual,
            "ne" => BinaryOperator.StringNotEqual,
            "ieq" => BinaryOperator.IntegerEqual,
            _ => BinaryOperator.IntegerNotEqual,
        },
        SipScriptLexer.Plus => BinaryOperator.Add,
        SipScriptLexer.Minus => BinaryOperator.Subtract,
        SipScriptLexer.Star => BinaryOperator.Multiply,
        SipScriptLexer.Slash => BinaryOperator.Divide,
        SipScriptLexer.Percent => BinaryOperator.Modulo,
        SipScriptLexer.And => classic ? BinaryOperator.And : BinaryOperator.BitAnd,
        SipScriptLexer.Or => classic ? BinaryOperator.Or : BinaryOperator.BitOr,
        SipScriptLexer.Caret => BinaryOperator.BitXor,
        SipScriptLexer.ShiftLeft => BinaryOperator.ShiftLeft,
        SipScriptLexer.ShiftRight => BinaryOperator.ShiftRight,
        SipScriptLexer.Dot => BinaryOperator.Concatenate,

        // '=' in a condition was reported; '==' is what was meant.
        _ => BinaryOperator.Equal,
    };
}
