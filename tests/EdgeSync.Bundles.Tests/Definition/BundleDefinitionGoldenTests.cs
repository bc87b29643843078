using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Tests.Definition;

/// <summary>Each folder holds a <c>bundle.yaml</c> and the faults that a person must see, all at once.</summary>
public sealed class BundleDefinitionGoldenTests
{
    private const string Kind = "Definition";

    public static TheoryData<string> Cases => GoldenFolders.Names(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_Faulty_NamesEveryFaultWithItsPlace(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(GoldenFolders.PathOf(Kind, name), "bundle.yaml"));

        var failure = Assert.Throws<BundleException>(() => BundleDefinitionReader.Read(bytes));

        GoldenFolders.AssertEqual(Kind, name, "faults.txt", string.Join('\n', failure.Faults) + "\n");
    }
}
