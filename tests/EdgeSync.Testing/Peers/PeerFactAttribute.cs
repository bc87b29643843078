using Xunit;
using Xunit.Sdk;

namespace EdgeSync.Testing.Peers;

/// <summary>A fact that needs a peer. It is skipped unless peers are enabled (see <see cref="PeerTests"/>).</summary>
[TraitDiscoverer(PeerTraitDiscoverer.TypeName, PeerTraitDiscoverer.AssemblyName)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute, ITraitAttribute
{
    public PeerFactAttribute() => Skip = PeerTests.Skip;
}
