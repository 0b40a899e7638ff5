using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests;

/// <summary>What is left to do when all tests are through.</summary>
[SetUpFixture]
internal sealed class TheEnd
{
    [OneTimeTearDown]
    public void StopServers() => PrivatePostgres.Remove();
}
