using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Lets one writer at a time change <c>index.json</c>, also across processes: a lock file held open without sharing, which the runtime
/// backs with <c>flock</c>, so that a killed process leaves no lock behind.
/// </summary>
internal sealed class LayoutLock(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _inProcess = new(1, 1);

    public async Task<T> RunAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _inProcess.WaitAsync(cancellationToken);
        try
        {
            await using var file = await AcquireAsync(cancellationToken);
            return await action();
        }
        finally
        {
            _inProcess.Release();
        }
    }

    public void Dispose() => _inProcess.Dispose();

    private async Task<FileStream> AcquireAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (time.GetElapsedTime(started) < Patience && File.Exists(path))
            {
                await Task.Delay(PollInterval, time, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw DurableFile.Translate(path, failure);
            }
        }
    }
}
