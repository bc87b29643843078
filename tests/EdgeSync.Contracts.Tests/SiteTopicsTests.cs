using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Contracts.Tests;

public sealed class SiteTopicsTests
{
    [Fact]
    public void TryParse_OwnTopics_RoundTrips()
    {
        var site = new SiteTopics("retail", "store-17");
        foreach (var topic in new[] { site.Presence, site.Status, site.Acknowledgements, site.Confirmed, site.Commands })
        {
            Assert.True(SiteTopics.TryParse(topic, out var parsed, out var kind));
            Assert.Equal((site, topic), (parsed, $"edgesync/v1/retail/store-17/{kind}"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("edgesync/v1/retail/store-17")]
    [InlineData("edgesync/v2/retail/store-17/acks")]
    [InlineData("edgesync/v1/retail/store-17/acks/more")]
    [InlineData("edgesync/v1/+/store-17/acks")]
    [InlineData("edgesync/v1/retail/#/acks")]
    [InlineData("edgesync/v1/retail//acks")]
    [InlineData("edgesync/v1/Retail/store-17/acks")]
    public void TryParse_ForeignTopic_IsFalse(string topic) => Assert.False(SiteTopics.TryParse(topic, out _, out _));

    [Theory]
    [InlineData("retail", "+")]
    [InlineData("retail", "a/b")]
    [InlineData("", "store")]
    public void Create_UnsafeName_Throws(string fleet, string site) => Assert.Throws<ArgumentException>(() => new SiteTopics(fleet, site));
}
