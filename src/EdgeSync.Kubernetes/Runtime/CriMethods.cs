using System.Buffers;
using EdgeSync.Kubernetes.Runtime.Cri;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>The methods of the Container Runtime Interface that staging calls, in one version of the interface (<c>v1</c>, <c>v1alpha2</c>).</summary>
internal sealed class CriMethods(string api)
{
    /// <summary>A list longer than this is not a list of one machine's images.</summary>
    private const int MaxImages = 100_000;

    private const string Damaged = "an answer is no whole message of protobuf";

    public string Api => api;

    public Method<VersionRequest, VersionResponse> Version { get; } =
        Unary<VersionRequest, VersionResponse>(api, "RuntimeService", "Version", ReadVersion);

    public Method<ImageStatusRequest, ImageStatusResponse> ImageStatus { get; } =
        Unary<ImageStatusRequest, ImageStatusResponse>(api, "ImageService", "ImageStatus", ReadImageStatus);

    public Method<ListImagesRequest, ListImagesResponse> ListImages { get; } =
        Unary<ListImagesRequest, ListImagesResponse>(api, "ImageService", "ListImages", ReadImages);

    public Method<PullImageRequest, PullImageResponse> PullImage { get; } =
        Unary<PullImageRequest, PullImageResponse>(api, "ImageService", "PullImage", ReadPulled);

    public static VersionResponse ReadVersion(ReadOnlySequence<byte> message) => Read(VersionResponse.Parser, message);

    public static ImageStatusResponse ReadImageStatus(ReadOnlySequence<byte> message)
    {
        CheckImages(message);
        return Read(ImageStatusResponse.Parser, message);
    }

    public static ListImagesResponse ReadImages(ReadOnlySequence<byte> message)
    {
        CheckImages(message);
        return Read(ListImagesResponse.Parser, message);
    }

    public static PullImageResponse ReadPulled(ReadOnlySequence<byte> message) =>
        Read(PullImageResponse.Parser, message) is { ImageRef.Length: > 0 } answer
            ? answer
            : throw new FormatException("the runtime pulled an image and did not say which");

    // Unknown fields are dropped: a message of 16 MiB can have millions of them, and nobody reads them.
    private static T Read<T>(MessageParser<T> parser, ReadOnlySequence<byte> message)
        where T : IMessage<T>
    {
        try
        {
            return parser.WithDiscardUnknownFields(true).ParseFrom(message);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new FormatException(Damaged, failure);
        }
    }

    /// <summary>
    /// Walks over the fields of an answer about images before it is parsed. The parser would make an object of every image, however many
    /// there are, and would skip an image with the wrong wire type as an unknown field, which reads like "no such image".
    /// </summary>
    private static void CheckImages(ReadOnlySequence<byte> message)
    {
        const int ImageField = ListImagesResponse.ImagesFieldNumber;
        using var input = new CodedInputStream(message.ToArray());
        try
        {
            var images = 0;
            while (input.ReadTag() is not 0 and var tag)
            {
                var (field, wireType) = (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag));
                var isKnown = wireType is WireFormat.WireType.Varint or WireFormat.WireType.Fixed64
                    or WireFormat.WireType.LengthDelimited or WireFormat.WireType.Fixed32;
                if (!isKnown || (field == ImageField && wireType != WireFormat.WireType.LengthDelimited))
                {
                    throw new FormatException($"protobuf field {field} has the wire type {(int)wireType}, which CRI does not use there");
                }

                if (field == ImageField && ++images > MaxImages)
                {
                    throw new FormatException($"the runtime lists more than {MaxImages} images");
                }

                input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new FormatException(Damaged, failure);
        }
    }

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string api, string service, string method, Func<ReadOnlySequence<byte>, TResponse> read)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(
            MethodType.Unary,
            $"runtime.{api}.{service}",
            method,
            Marshallers.Create<TRequest>(Write, _ => throw new NotSupportedException("a client does not read requests")),
            Marshallers.Create<TResponse>((_, _) => throw new NotSupportedException("a client does not write answers"), context => read(context.PayloadAsReadOnlySequence())));

    private static void Write(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
