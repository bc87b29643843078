namespace EdgeSync.Testbed.Processes;

/// <summary>The signals that tests send, by their Linux numbers.</summary>
public enum ProcessSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
