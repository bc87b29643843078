using EdgeSync.Kubernetes.Snapshots;

namespace EdgeSync.Kubernetes.Tests.Snapshots;

public sealed class ClaimOwnersTests
{
    [Theory]
    [InlineData("data-database-0", true)]
    [InlineData("data-database-12", true)]
    [InlineData("plain", true)]
    [InlineData("data-database-", false)]
    [InlineData("data-database-x", false)]
    [InlineData("data-database-0-0", false)]
    [InlineData("data-data-0", false)]
    public void Find_Claim_IsMadeByItselfOrByATemplate(string claim, bool isFound)
    {
        var objects = Yaml.Read("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: database}
            spec: {volumeClaimTemplates: [{metadata: {name: data} }] }
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: plain}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: data-data-0}
            """);

        Assert.Equal(isFound, ClaimOwners.Find(objects, claim) is not null);
    }

    [Theory]
    [InlineData("data", null)]
    [InlineData("data.shop-0", null)]
    [InlineData("", "is no name of such an object")]
    [InlineData("Data", "is no name of such an object")]
    [InlineData("data.", "is no name of such an object")]
    [InlineData("-data", "is no name of such an object")]
    public void NameProblem_Name_IsThatOfAnObject(string name, string? problem)
    {
        var found = SnapshotRequest.NameProblem(name);

        Assert.Equal(problem is null, found is null);
        Assert.Contains(problem ?? "", found ?? "", StringComparison.Ordinal);
    }
}
