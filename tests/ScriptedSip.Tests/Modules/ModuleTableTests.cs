using System.Reflection;
using NUnit.Framework;
using ScriptedSip.Modules;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules;

[TestFixture]
internal sealed class ModuleTableTests
{
    private static IEnumerable<ScriptModule> All() => ModuleTable.CreateCore().Concat(ModuleTable.Names.Select(name => ModuleTable.Create(name)!));

    [Test]
    public void Create_unknown_name_gives_null() => Assert.That(ModuleTable.Create("nothing"), Is.Null);

    [Test]
    public void Core_variables_have_one_owner_each()
    {
        // With and without an inner name it is still one variable of one module.
        var names = ModuleTable.CreateCore().SelectMany(module => module.GetType().GetMethods()
            .SelectMany(method => method.GetCustomAttributes<SipVariableAttribute>())
            .SelectMany(variable => variable.Name.Split(' '))
            .Distinct());
        Assert.That(names, Is.Unique);
    }

    [TestCaseSource(nameof(All))]
    public void Function_signatures_keep_the_contract(ScriptModule module)
    {
        foreach (var method in module.GetType().GetMethods())
        {
            foreach (var function in method.GetCustomAttributes<SipFunctionAttribute>())
            {
                Assert.That(method.ReturnType, Is.EqualTo(typeof(Outcome)), function.Name);
                Assert.That(method.GetParameters()[0].ParameterType, Is.EqualTo(typeof(Frame)), function.Name);
                Assert.That(function.Routes, Is.Not.EqualTo(RouteKinds.None), function.Name);
                Assert.That(function.Summary, Does.EndWith("."), function.Name);
            }
        }
    }

    [TestCaseSource(nameof(All))]
    public void Variable_setters_exist_and_return_bool(ScriptModule module)
    {
        foreach (var method in module.GetType().GetMethods())
        {
            foreach (var variable in method.GetCustomAttributes<SipVariableAttribute>())
            {
                Assert.That(method.ReturnType, Is.EqualTo(typeof(Value)), variable.Name);
                if (variable.Setter is not null)
                    Assert.That(module.GetType().GetMethod(variable.Setter)?.ReturnType, Is.EqualTo(typeof(bool)), variable.Name);
            }
        }
    }

    // Overloads of one function differ in their number of arguments; otherwise the binder could not choose.
    [TestCaseSource(nameof(All))]
    public void Overloads_differ_in_their_number_of_arguments(ScriptModule module)
    {
        var taken = new HashSet<(string, int)>();
        foreach (var method in module.GetType().GetMethods())
        {
            foreach (var function in method.GetCustomAttributes<SipFunctionAttribute>())
            {
                foreach (var name in (function.Name + " " + function.Aliases).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var parameters = method.GetParameters();
                    for (var count = parameters.Count(p => !p.HasDefaultValue) - 1; count < parameters.Length; count++)
                        Assert.That(taken.Add((name, count)), Is.True, $"{name}/{count}");
                }
            }
        }
    }
}
