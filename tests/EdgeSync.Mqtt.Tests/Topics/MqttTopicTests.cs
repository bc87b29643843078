namespace EdgeSync.Mqtt.Tests.Topics;

public sealed class MqttTopicTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("a/b/c", true)]
    [InlineData("/", true)]
    [InlineData("$SYS/x", true)]
    [InlineData("ü/日本/😀", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("a/#", false)]
    [InlineData("a+b", false)]
    [InlineData("a\0b", false)]
    public void IsValidName_Text_FollowsTheStandard(string? topic, bool valid) => Assert.Equal(valid, MqttTopic.IsValidName(topic));

    [Fact]
    public void IsValidName_HalfASurrogatePair_IsFalse() => Assert.False(MqttTopic.IsValidName("a" + '\uD800'));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("$SYS/x", false)]
    [InlineData("$share/g/a", false)]
    [InlineData("a/#", false)]
    public void IsPublishable_Text_LeavesTheServersTopicsAlone(string topic, bool valid) => Assert.Equal(valid, MqttTopic.IsPublishable(topic));

    [Fact]
    public void IsPublishable_TooLong_IsFalse()
    {
        Assert.True(MqttTopic.IsPublishable(new string('a', MqttTopic.LongestPublishable)));
        Assert.False(MqttTopic.IsPublishable(new string('a', MqttTopic.LongestPublishable + 1)));
        Assert.False(MqttTopic.IsPublishable(new string('ü', (MqttTopic.LongestPublishable / 2) + 1)));
    }

    [Fact]
    public void IsValidName_LongestString_IsTrueAndOneMoreIsNot()
    {
        Assert.True(MqttTopic.IsValidName(new string('a', 65_535)));
        Assert.False(MqttTopic.IsValidName(new string('a', 65_536)));
    }

    [Theory]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/+/b/#", true)]
    [InlineData("+/+", true)]
    [InlineData("/+", true)]
    [InlineData("$share/group/a/#", true)]
    [InlineData("$share/group/+", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a/#/b", false)]
    [InlineData("a#", false)]
    [InlineData("a/b+", false)]
    [InlineData("#/", false)]
    [InlineData("$share/group", false)]
    [InlineData("$share/group/", false)]
    [InlineData("$share//a", false)]
    [InlineData("$share/g+/a", false)]
    [InlineData("$share/g/a#", false)]
    public void IsValidFilter_Text_FollowsTheStandard(string? filter, bool valid) => Assert.Equal(valid, MqttTopic.IsValidFilter(filter));

    [Theory]
    [InlineData("#")]
    [InlineData("$SYS/broker")]
    [InlineData("")]
    public async Task PublishAsync_TopicOfAStranger_IsRefusedBeforeItIsQueued(string topic)
    {
        await using var client = Brokers.TestOptions.Start(Brokers.TestOptions.For(1));

        var failure = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(new MqttMessage { Topic = topic }));

        Assert.Equal(MqttReasons.MessageInvalid, failure.Reason);
    }
}
