using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>Measures the stages of one channel, and estimates by what was measured.</summary>
internal sealed class StageTimes(ChannelSubscription channel, IStageHistory history, TimeProvider time)
{
    /// <summary>The begin of a stage, for <see cref="Add"/>.</summary>
    public long Start() => time.GetTimestamp();

    /// <summary>The stage that began at <paramref name="started"/> has ended well.</summary>
    public void Add(PipelineStage stage, long started, long? bytes = null) =>
        history.Add(channel.Name, new StageDuration(stage, time.GetElapsedTime(started), time.GetUtcNow()) { Bytes = bytes });

    /// <summary>How long activating this bundle will take.</summary>
    public ActivationEstimate EstimateActivation(OpenedBundle bundle) => ActivationEstimate.For(channel.Name, bundle, channel.HealthDeadline, history);
}
