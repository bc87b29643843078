namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>The scenarios that share one world, and so run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class InterruptionScenarios : ICollectionFixture<InterruptedShop>
{
    public const string Name = "interruptions";
}
