using System.Reflection;

namespace EdgeSync.Testing.Peers;

/// <summary>Compiled into every test project (tests/Directory.Build.props), so that each checks its own tests.</summary>
public sealed class PeerAttributeTests
{
    [Fact]
    public void Tests_that_use_a_peer_have_the_peer_attribute()
    {
        var tests = typeof(PeerAttributeTests).Assembly;
        var reach = new PeerReach(tests);

        var forgotten = tests.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false })
            .SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttribute<FactAttribute>() is { } fact and not (PeerFactAttribute or PeerTheoryAttribute) && reach.Of(m))
            .Select(m => $"{m.ReflectedType!.FullName}.{m.Name}")
            .ToList();

        Assert.True(forgotten.Count == 0, "These tests use a peer and need [PeerFact] or [PeerTheory]:\n" + string.Join('\n', forgotten));
    }
}
