using EdgeSync.Kubernetes.Apply;

namespace EdgeSync.Kubernetes.Tests.Apply;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1", "1000m", true)]
    [InlineData("0.5", "500m", true)]
    [InlineData("1Gi", "1024Mi", true)]
    [InlineData("1Gi", "1073741824", true)]
    [InlineData("1e3", "1k", true)]
    [InlineData("1E", "1000P", true)]
    [InlineData("1.", "1", true)]
    [InlineData("+1", "1", true)]
    [InlineData("1G", "1Gi", false)]
    [InlineData("1", "1.0.0", false)]
    [InlineData("", "0", false)]
    [InlineData("m", "0", false)]
    [InlineData("1x", "1x", false)]
    [InlineData("9e99", "9e99", false)]
    [InlineData("99999999999999999999999999999E", "1", false)]
    public void AreEqual_TwoTexts_ComparesTheAmounts(string left, string right, bool expected) => Assert.Equal(expected, Quantity.AreEqual(left, right));

    [Theory]
    [InlineData("/spec/template/spec/containers/0/resources/limits/cpu", true)]
    [InlineData("/spec/hard/limits.cpu", true)]
    [InlineData("/spec/metrics/0/object/target/value", true)]
    [InlineData("/spec/template/spec/containers/0/env/0/value", false)]
    [InlineData("/data/limits", false)]
    [InlineData("/metadata/labels/max", false)]
    public void IsAt_Path_KnowsWhereAmountsAre(string path, bool expected) => Assert.Equal(expected, Quantity.IsAt(path));
}
