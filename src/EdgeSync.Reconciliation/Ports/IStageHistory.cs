using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>How long the stages took at this site the last times. It survives a restart and is used for estimates only. Safe for use by several threads.</summary>
public interface IStageHistory
{
    /// <summary>Adds what a stage took. Does not fail: what cannot be stored is logged and left out.</summary>
    void Add(string channel, StageDuration duration);

    /// <summary>The newest few durations of this stage on this channel, the newest first; empty where there are none, or where they cannot be read, which is logged.</summary>
    IReadOnlyList<StageDuration> Last(string channel, PipelineStage stage);
}
