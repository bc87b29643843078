using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Signs the acknowledgements that were written while the TPM or the token with the ledger key did not sign, as soon as it does. With nothing
/// waiting it sleeps; with a key in a file nothing ever waits.
/// </summary>
internal sealed partial class LedgerSigning(Ledger ledger, TimeProvider time, Random random, ILogger<LedgerSigning> logger) : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _changed = new(1, 1);
    private readonly Backoff _backoff = new(FirstRetry, LongestWait, random);
    private string? _told;

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.Changed += OnChanged;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stoppingToken);
                while (!Step())
                {
                    await Task.Delay(_backoff.Next(), time, stoppingToken);
                }

                _backoff.Reset();
            }
        }
        finally
        {
            ledger.Changed -= OnChanged;
        }
    }

    private bool Step()
    {
        try
        {
            var isDone = ledger.SignWaiting();
            Tell(ledger.Notice?.Message);
            return isDone;
        }
        catch (StorageException failure)
        {
            LogNotWritten(failure.Reason, failure.Message);
            return false;
        }
    }

    // A token may be away for weeks: it is said once, not at every try.
    private void Tell(string? message)
    {
        if (message == _told)
        {
            return;
        }

        _told = message;
        if (message is null)
        {
            LogSigned();
        }
        else
        {
            LogNotSigned(message);
        }
    }

    private void OnChanged()
    {
        lock (_changed)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    [LoggerMessage(AgentEventIds.LedgerNotSigned, LogLevel.Warning, "Not signed: {Message}")]
    private partial void LogNotSigned(string message);

    [LoggerMessage(AgentEventIds.LedgerSigned, LogLevel.Information, "The acknowledgements that waited for their signature are signed")]
    private partial void LogSigned();

    [LoggerMessage(AgentEventIds.LedgerNotWritten, LogLevel.Error, "Cannot keep the signatures of acknowledgements, will try again, {Reason}: {Message}")]
    private partial void LogNotWritten(string reason, string message);
}
