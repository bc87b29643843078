using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Signs the acknowledgements that were written while the TPM or token with the ledger key did not sign, as soon as it signs again. It sleeps while nothing
/// waits; with a key in a file nothing ever waits.
/// </summary>
internal sealed partial class LedgerSigning(Ledger ledger, TimeProvider time, Random random, ILogger<LedgerSigning> logger) : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly AsyncSignal _changed = new(isSet: true);
    private readonly Backoff _backoff = new(FirstRetry, LongestWait, random);
    private string? _reported;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.Changed += _changed.Set;
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
            ledger.Changed -= _changed.Set;
        }
    }

    private bool Step()
    {
        try
        {
            var isDone = ledger.SignWaiting();
            Report(ledger.Notice?.Message);
            return isDone;
        }
        catch (StorageException failure)
        {
            LogNotWritten(failure.Reason, failure.Message);
            return false;
        }
    }

    // A token may be missing for weeks: report it once, not at every try.
    private void Report(string? message)
    {
        if (message == _reported)
        {
            return;
        }

        _reported = message;
        if (message is null)
        {
            LogSigned();
        }
        else
        {
            LogNotSigned(message);
        }
    }

    [LoggerMessage(AgentEventIds.LedgerNotSigned, LogLevel.Warning, "Acknowledgements are not signed: {Message}")]
    private partial void LogNotSigned(string message);

    [LoggerMessage(AgentEventIds.LedgerSigned, LogLevel.Information, "All waiting acknowledgements are signed")]
    private partial void LogSigned();

    [LoggerMessage(AgentEventIds.LedgerNotWritten, LogLevel.Error, "Cannot store the signatures of acknowledgements, will try again, {Reason}: {Message}")]
    private partial void LogNotWritten(string reason, string message);
}
