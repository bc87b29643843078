using System.Buffers;
using System.Text;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// The few messages of the Container Runtime Interface that staging needs. Field numbers are those of <c>runtime/v1/api.proto</c>;
/// <c>v1alpha2</c> has the same.
/// </summary>
internal static class CriMessages
{
    /// <summary>A list longer than this is no answer about one machine.</summary>
    private const int MaxImages = 100_000;

    /// <summary><c>VersionRequest</c>, <c>ListImagesRequest</c> without filter.</summary>
    public static ReadOnlyMemory<byte> Empty => ReadOnlyMemory<byte>.Empty;

    /// <summary><c>ImageStatusRequest</c> and <c>PullImageRequest</c>: both have the image's <c>ImageSpec</c> as field 1.</summary>
    public static ReadOnlyMemory<byte> ImageRequest(string reference)
    {
        var name = Field(1, Encoding.UTF8.GetBytes(reference));
        return Field(1, name);
    }

    /// <summary><c>VersionResponse</c>.</summary>
    public static (string Name, string Version) ReadVersion(ReadOnlySpan<byte> message)
    {
        var (name, version) = ("", "");
        var reader = new ProtobufReader(message);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 2:
                    name = reader.ReadString();
                    break;
                case 3:
                    version = reader.ReadString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (name, version);
    }

    /// <summary><c>ImageStatusResponse</c>: no image when the runtime does not have it.</summary>
    public static RuntimeImage? ReadImageStatus(ReadOnlySpan<byte> message) => ReadImages(message) is { Count: > 0 } images ? images[^1] : null;

    /// <summary><c>ListImagesResponse</c>.</summary>
    public static IReadOnlyList<RuntimeImage> ReadImages(ReadOnlySpan<byte> message)
    {
        var images = new List<RuntimeImage>();
        var reader = new ProtobufReader(message);
        while (reader.MoveNext())
        {
            if (reader.Field == 1)
            {
                images.Add(ReadImage(reader.ReadBytes()));
            }
            else
            {
                reader.Skip();
            }

            if (images.Count > MaxImages)
            {
                throw new InvalidDataException($"the runtime lists more than {MaxImages} images");
            }
        }

        return images;
    }

    /// <summary><c>PullImageResponse</c>: the id of the image.</summary>
    public static string ReadPulled(ReadOnlySpan<byte> message)
    {
        var id = "";
        var reader = new ProtobufReader(message);
        while (reader.MoveNext())
        {
            if (reader.Field == 1)
            {
                id = reader.ReadString();
            }
            else
            {
                reader.Skip();
            }
        }

        return id.Length > 0 ? id : throw new InvalidDataException("the runtime pulled an image and did not say which");
    }

    private static RuntimeImage ReadImage(ReadOnlySpan<byte> message)
    {
        var (id, size) = ("", 0UL);
        var (tags, digests) = (new List<string>(), new List<string>());
        var reader = new ProtobufReader(message);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    id = reader.ReadString();
                    break;
                case 2:
                    tags.Add(reader.ReadString());
                    break;
                case 3:
                    digests.Add(reader.ReadString());
                    break;
                case 4:
                    size = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new RuntimeImage(id, tags, digests, size);
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> value)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 8);
        WriteVarint(buffer, ((ulong)number << 3) | (ulong)ProtobufWireType.LengthDelimited);
        WriteVarint(buffer, (ulong)value.Length);
        buffer.Write(value);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteVarint(ArrayBufferWriter<byte> buffer, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            buffer.Write([(byte)(value | 0x80)]);
        }

        buffer.Write([(byte)value]);
    }
}
