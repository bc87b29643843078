using System.Reflection;

namespace EdgeSync.Oci.Tests;

public class OciEventIdsTests
{
    [Fact]
    public void Ids_All_AreUniqueAndInTheProjectsBlock()
    {
        var ids = typeof(OciEventIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!).ToList();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 2000, 2999));
    }
}
