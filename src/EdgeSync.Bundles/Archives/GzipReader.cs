using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Reads content that is exactly one gzip member: no bytes before or after it, and a correct checksum and length. The unpacked size is limited
/// while it is being unpacked.
/// </summary>
internal sealed class GzipReader : IDisposable
{
    private const int TrailerSize = 8;

    private readonly ReadOnlyMemory<byte> _packed;
    private readonly DeflateSource _source;
    private readonly DeflateStream _inflater;
    private readonly Crc32 _crc = new();
    private long _unpacked;

    /// <summary>Reads the header. Throws <see cref="ArchiveException"/> if the content is not gzip.</summary>
    public GzipReader(ReadOnlyMemory<byte> packed)
    {
        _packed = packed;
        var start = HeaderLength(packed.Span);
        if (packed.Length < start + 2 + TrailerSize)
        {
            throw new ArchiveException("it is cut off");
        }

        _source = new DeflateSource(packed[start..^TrailerSize]);
        _inflater = new DeflateStream(_source, CompressionMode.Decompress);
    }

    /// <summary>Reads the next bytes. Returns 0 at the end, after the checksum and the length were checked. Throws <see cref="ArchiveException"/>.</summary>
    public int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = _inflater.Read(buffer);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or IOException)
        {
            throw new ArchiveException("its compression is damaged or cut off", failure);
        }

        if (read == 0 && !buffer.IsEmpty)
        {
            CheckEnd();
            return 0;
        }

        _crc.Append(buffer[..read]);
        _unpacked += read;
        var limit = Math.Max(ArchiveLimits.FreeRatioSize, (long)_packed.Length * ArchiveLimits.MaxRatio);
        return _unpacked > ArchiveLimits.MaxUnpackedSize ? throw new ArchiveException($"it unpacks to more than {ArchiveLimits.MaxUnpackedSize} bytes")
            : _unpacked > limit ? throw new ArchiveException($"it unpacks to more than {ArchiveLimits.MaxRatio} times its size")
            : read;
    }

    public void Dispose() => _inflater.Dispose();

    private void CheckEnd()
    {
        if (!_source.IsUsedUp)
        {
            throw new ArchiveException("it has bytes behind the end of its compressed content");
        }

        var trailer = _packed.Span[^TrailerSize..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)_unpacked)
        {
            throw new ArchiveException("its checksum or length is wrong");
        }
    }

    private static int HeaderLength(ReadOnlySpan<byte> packed)
    {
        const int FixedLength = 10;
        const int HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;
        if (packed.Length < FixedLength || packed is not [0x1F, 0x8B, 8, ..])
        {
            throw new ArchiveException("it is not gzip");
        }

        var flags = packed[3];
        if ((flags & (Reserved | HasHeaderCrc | HasExtra)) != 0)
        {
            throw new ArchiveException("its gzip header has fields that are not accepted");
        }

        var length = FixedLength;
        for (var texts = (flags & HasName) / HasName + (flags & HasComment) / HasComment; texts > 0; texts--)
        {
            var end = packed[length..].IndexOf((byte)0);
            length += end >= 0 ? end + 1 : throw new ArchiveException("its gzip header is cut off");
        }

        return length;
    }

    /// <summary>
    /// Returns the last byte in a read of its own. If the inflater finishes without asking for that byte, the compressed data ended early and the
    /// bytes after it could mean something to another reader.
    /// </summary>
    private sealed class DeflateSource(ReadOnlyMemory<byte> deflated) : Stream
    {
        private int _at;

        public bool IsUsedUp => _at == deflated.Length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var left = deflated.Length - _at;
            var count = Math.Min(buffer.Length, left > 1 ? left - 1 : left);
            deflated.Span.Slice(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
