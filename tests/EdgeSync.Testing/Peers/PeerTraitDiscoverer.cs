using Xunit.Abstractions;
using Xunit.Sdk;

namespace EdgeSync.Testing.Peers;

/// <summary>Gives each peer test the trait <c>Category=Peer</c>.</summary>
public sealed class PeerTraitDiscoverer : ITraitDiscoverer
{
    internal const string TypeName = "EdgeSync.Testing.Peers.PeerTraitDiscoverer";
    internal const string AssemblyName = "EdgeSync.Testing";

    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) => [new("Category", PeerTests.Category)];
}
