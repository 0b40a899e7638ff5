using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Tests.Modules.Core;

namespace ScriptedSip.Tests.Modules.Avp;

/// <summary>Structured AVPs of Kamailio: $xavp, $xavu, $xavi (PSEUDO_VARIABLES, storage; README of pv and corex).</summary>
internal sealed class StructuredAvpTests
{
    // README of corex, via_add_xavp_params: the first field makes the variable, [0] adds to it.
    [TestCase("$xavp(v=>a) = \"1\"; $xavp(v[0]=>b) = 2; xlog(\"$xavp(v=>a) $xavp(v=>b) $xavp(v[0]=>b)\");", "1 2 2")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v=>b) = 2; xlog(\"$xavp(v=>a) $xavp(v=>b) $xavp(v[1]=>a)\");", "<null> 2 1")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>a) = 2; xlog(\"$xavp(v=>a) $xavp(v=>a[1]) $xavp(v=>a[*]) $(xavp(v=>a)[*]) $(xavp(v=>a)[-1])\");", "2 1 2, 1 2, 1 1")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>a[0]) = 2; xlog(\"$xavp(v=>a[*])\");", "2")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>a[*]) = 3; xlog(\"$xavp(v=>a[*])\");", "3")]
    [TestCase("$xavp(v) = \"x\"; $xavp(v) = \"y\"; xlog(\"$xavp(v) $xavp(v[1]) $xavp(v[-1]) $xavp(v[2]) $xavp(v[*])\");", "y x x <null> y, x")]
    [TestCase("$xavp(v) = \"x\"; $xavp(v) = \"y\"; $xavp(v[1]) = \"z\"; $xavp(v[0]) = 7; xlog(\"$xavp(v[*])\");", "7, z")]
    [TestCase("$xavp(v) = \"x\"; $xavp(v) = \"y\"; $xavp(v) = $null; xlog(\"$xavp(v[*])\");", "x")]
    [TestCase("$xavp(v) = \"x\"; $xavp(v) = \"y\"; $xavp(v[1]) = $null; xlog(\"$xavp(v[*])\");", "y")]
    [TestCase("$xavp(v) = \"x\"; $xavp(v) = \"y\"; $xavp(v[*]) = $null; if ($xavp(v) == $null) xlog(\"gone\");", "gone")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>b) = 2; $xavp(v[0]=>a) = $null; xlog(\"$xavp(v=>a) $xavp(v=>b)\");", "<null> 2")]
    [TestCase("$xavp(v=>a=>b) = 1; $xavp(v[0]=>a[0]=>c) = 2; xlog(\"$xavp(v=>a=>b) $xavp(v=>a=>c)\");", "1 2")]
    [TestCase("$xavp(v[0]=>a) = 1; xlog(\"$rc $xavp(v=>a)\");", "-1 <null>")]
    [TestCase("$xavp(v) = 1; $xavp(v[0]=>a) = 1; xlog(\"$rc\");", "-1")]
    [TestCase("$var(n) = \"v\"; $var(i) = 1; $xavp($var(n)=>$rm) = 1; $xavp($var(n)=>$rm) = 2; xlog(\"$xavp(v[$var(i)]=>REGISTER) $xavp(v=>REGISTER)\");", "1 2")]
    [TestCase("$xavp(v=>Authorization-User) = $fU; xlog(\"$(xavp(v=>Authorization-User){s.toupper})\");", "ALICE")]
    [TestCase("$xavp(v=>a) = 1; if (pv_isset(\"$xavp(v=>a)\") && !pv_isset(\"$xavp(v=>b)\")) xlog(\"yes\"); pv_unset(\"$xavp(v=>a)\"); xlog(\"$xavp(v=>a)\");", "yes|<null>")]
    [TestCase("$xavp(v=>a) = 1; $xavp(V=>a) = 2; xlog(\"$xavp(v=>a) $xavp(V=>a)\");", "1 2")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>a) = 2; xlog(\"$cnt($xavp(v=>a))\");", "2")]
    public void Xavp_is_a_stack_of_values_and_fields(string body, string expected) => Assert.That(NamedPartsTests.Run(body), Is.EqualTo(expected));

    [TestCase("$xavi(Name=>Field) = 1; $xavi(NAME[0]=>FIELD) = 2; xlog(\"$xavi(name=>field[*])\");", "2, 1")]
    [TestCase("$xavi(a) = 1; xlog(\"$xavi(A) $xavp(a)\");", "1 <null>")]
    [TestCase("$xavu(v) = 1; $xavu(v) = 2; xlog(\"$xavu(v)\"); $xavu(v) = $null; xlog(\"$xavu(v)\");", "2|<null>")]
    [TestCase("$xavu(v=>a) = 1; $xavu(v=>b) = 2; $xavu(v=>a) = 3; xlog(\"$xavu(v=>a) $xavu(v=>b)\");", "3 2")]
    [TestCase("$xavu(v=>a=>b) = 1; $xavu(v=>a=>c) = 2; xlog(\"$xavu(v=>a=>b) $xavu(v=>a=>c)\");", "1 2")]
    public void Other_families_ignore_case_or_hold_one_value(string body, string expected) => Assert.That(NamedPartsTests.Run(body), Is.EqualTo(expected));

    [TestCase("xavp_params_explode(\"a=1; b=\\\"x y\\\";c\", \"v\"); xlog(\"$xavp(v=>a)|$xavp(v=>b)|$xavp(v=>c)\");", "1|x y|")]
    [TestCase("xavp_params_explode(\"a=1;b=2\", \"v\"); xavp_params_implode(\"v\", \"$var(o)\"); xlog(\"$var(o)\");", "a=1;b=2;")]
    [TestCase("xavu_params_explode(\"a=1\", \"v\"); xavu_params_explode(\"b=2\", \"v\"); xavu_params_implode(\"v\", \"$var(o)\"); xlog(\"$var(o)\");", "b=2;")]
    [TestCase("xavp_slist_explode(\"a, b,c\", \",\", \"t\", \"v\"); xlog(\"$xavp(v=>v) $xavp(v=>v[1]) $xavp(v=>v[2])\");", "a b c")]
    [TestCase("$xavp(v) = 1; $xavp(v) = 2; xavp_rm(\"v\"); xlog(\"$xavp(v)\");", "1")]
    [TestCase("xavp_child_sets(\"v\", \"a\", \"x\"); xavp_child_seti(\"v\", \"b\", 5); xavp_child_sets(\"v\", \"a\", \"y\"); xlog(\"$xavp(v=>a[*]) $xavp(v=>b)\");", "y 5")]
    [TestCase("$xavp(v=>a) = 1; if (xavp_child_rm(\"v\", \"a\") && !xavp_child_rm(\"v\", \"a\")) xlog(\"$xavp(v=>a)\");", "<null>")]
    [TestCase("$xavp(v=>a) = 1; $xavp(v[0]=>b) = 2; xavp_copy(\"v\", 0, \"w\"); $xavp(v[0]=>a) = 9; xlog(\"$xavp(w=>a) $xavp(w=>b)\");", "1 2")]
    [TestCase("$xavp(v=>a) = 1; $xavp(w) = \"x\"; pv_xavp_print();", "$xavp(w) = x\n|$xavp(v=>a) = 1\n")]
    [TestCase("$xavi(v) = 1; $xavi(v) = 2; xavi_rm(\"V\"); xlog(\"$xavi(v)\");", "1")]
    [TestCase("xavi_child_sets(\"v\", \"a\", \"x\"); xavi_child_seti(\"V\", \"B\", 5); xavi_child_sets(\"V\", \"A\", \"y\"); xlog(\"$xavi(v=>a[*]) $xavi(v=>b)\");", "y 5")]
    [TestCase("$xavi(v=>a) = 1; if (xavi_child_rm(\"V\", \"A\") && !xavi_child_rm(\"v\", \"a\")) xlog(\"$xavi(v=>a)\");", "<null>")]
    [TestCase("$xavi(v=>a) = 1; $xavu(w) = 2; pv_xavi_print(); pv_xavu_print();", "$xavi(v=>a) = 1\n|$xavu(w) = 2\n")]
    public void Functions_of_pv_work_on_whole_variables(string body, string expected) => Assert.That(NamedPartsTests.Run(body), Is.EqualTo(expected));

    [Test]
    public void Copies_are_independent_and_clearing_forgets()
    {
        var first = new AvpList();
        var place = first.Structures.PushList(0, "a"u8);
        first.Structures.Push(place, "b"u8, Value.FromText(Utf8Text.From("x")));
        var second = new AvpList();
        second.CopyFrom(first);
        first.Clear();
        Assert.That(first.IsEmpty, Is.True);
        Assert.That(second.Structures.ValueOf(second.Structures.Find(second.Structures.Find(0, "a"u8, 0, false), "b"u8, 0, false)).ToString(), Is.EqualTo("x"));
    }

    [Test]
    public void Reading_and_writing_allocate_nothing_once_there_is_room()
    {
        var avps = new AvpList();
        var value = Value.FromInt(1);
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Round()
        {
            avps.Clear();
            var place = avps.Structures.PushList(0, "a"u8);
            avps.Structures.Push(place, "b"u8, value);
            avps.Structures.Find(place, "b"u8, 0, ignoresCase: true);
        }
    }
}
