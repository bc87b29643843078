namespace EdgeSync.Oci.Registries;

/// <summary>
/// The body of a blob's answer, read only. A transfer that stops or is too slow ends with <see cref="RegistryReasons.TransferTooSlow"/>,
/// one that breaks with <see cref="RegistryReasons.ConnectionLost"/>. Only the time spent waiting for the registry counts.
/// </summary>
internal sealed class TransferStream : Stream
{
    private readonly Stream _source;
    private readonly Uri? _uri;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _idle;
    private TimeSpan _waited;
    private long _received;

    public TransferStream(Stream source, Uri? uri, RegistryOptions options, TimeProvider time)
    {
        _source = source;
        _uri = uri;
        _options = options;
        _time = time;
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _idle.Token);
        _idle.CancelAfter(_options.IdleTimeout);
        try
        {
            var read = await _source.ReadAsync(buffer, linked.Token);
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
            CheckSpeed(read, _time.GetElapsedTime(started));
            return read;
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFaults.TooSlow(_uri, $"nothing came for {_options.IdleTimeout.TotalSeconds:0.#} seconds", failure);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw RegistryFaults.Lost(_uri, failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _idle.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckSpeed(int read, TimeSpan waited)
    {
        _received += read;
        _waited += waited;
        if (_waited < _options.SpeedWindow)
        {
            return;
        }

        var least = (long)(_options.MinimumBytesPerSecond * _waited.TotalSeconds);
        if (_received < least && read > 0)
        {
            throw RegistryFaults.TooSlow(_uri, $"{_received} bytes in {_waited.TotalSeconds:0} seconds, less than {_options.MinimumBytesPerSecond} a second");
        }

        (_received, _waited) = (0, TimeSpan.Zero);
    }
}
