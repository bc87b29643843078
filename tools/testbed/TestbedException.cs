using EdgeSync.Primitives.Failures;

namespace EdgeSync.Testbed;

/// <summary>A part of the testbed did not come up, or a tool that it needs is not to be had.</summary>
public sealed class TestbedException : EdgeSyncException
{
    public TestbedException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
    }
}
