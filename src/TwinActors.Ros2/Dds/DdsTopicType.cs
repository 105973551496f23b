using System.Runtime.InteropServices;
using System.Text;
using TwinActors.Ros2.Native;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Dds;

/// <summary>A message type as one domain knows it: the topic descriptor, and the type object that writers
/// need.</summary>
internal sealed unsafe class DdsTopicType : IDisposable
{
    private static readonly RosQos ProbeQos = new() { Depth = 1 };

    private readonly Lock _lock = new();
    private readonly DdsProgram _program;
    private readonly byte* _name;
    private readonly uint* _ops;
    private readonly byte* _meta;
    private readonly TopicDescriptor* _descriptor;
    private DdsEntity? _probeTopic;
    private nint _sertype;

    private DdsTopicType(string ddsTypeName, DdsProgram program, string userData)
    {
        _program = program;
        UserData = userData;
        TypeName = ddsTypeName;

        var name = Encoding.UTF8.GetBytes(ddsTypeName + "\0");
        _name = (byte*)NativeMemory.Alloc((nuint)name.Length);
        name.CopyTo(new Span<byte>(_name, name.Length));
        _ops = (uint*)NativeMemory.Alloc((nuint)program.Words.Length, sizeof(uint));
        program.Words.CopyTo(new Span<uint>(_ops, program.Words.Length));
        _meta = (byte*)NativeMemory.AllocZeroed(1);
        _descriptor = (TopicDescriptor*)NativeMemory.AllocZeroed((nuint)sizeof(TopicDescriptor));
        *_descriptor = new TopicDescriptor
        {
            Size = program.Size,
            Alignment = program.Alignment,
            Flags = TopicDescriptor.RestrictDataRepresentationFlag,
            TypeName = _name,
            OpCount = (uint)program.Words.Length,
            Ops = _ops,
            Meta = _meta,
            RestrictDataRepresentation = 1,
        };
    }

    /// <summary>Type name on DDS.</summary>
    public string TypeName { get; }

    /// <summary>What endpoints of this type announce about it.</summary>
    public string UserData { get; }

    /// <summary>A type whose layout is known.</summary>
    /// <exception cref="NotSupportedException">The layout has <c>wstring</c> or is too large.</exception>
    public static DdsTopicType Of(RosSchema schema) =>
        new(schema.DdsTypeName, schema.Program, $"typehash={schema.TypeHash};");

    /// <summary>A type of which only the name is known: samples pass unchecked.</summary>
    public static DdsTopicType Opaque(string ddsTypeName) => new(ddsTypeName, DdsProgram.Opaque, "opaque=1;");

    /// <summary>Makes a topic of this type.</summary>
    public DdsEntity CreateTopic(DdsEntity participant, string ddsTopic) => DdsEntity.Created(
        CycloneDds.dds_create_topic(participant.Number, _descriptor, ddsTopic, 0, 0),
        $"Making topic {ddsTopic} of type {TypeName}");

    /// <summary>Cyclone's type object, which serialized samples are made with. Lives as long as the domain.</summary>
    /// <param name="participant">Any participant of the domain: type objects are shared by the whole domain.</param>
    public nint Sertype(DdsEntity participant)
    {
        lock (_lock)
        {
            if (_sertype == 0)
            {
                // Never on the real topic: the probe sends an empty message. Without rt/ no ROS node sees the topic.
                _probeTopic = CreateTopic(participant, $"twinactors_probe_{Guid.NewGuid():N}");
                var direct = (delegate* unmanaged[Cdecl]<int, nint*, int>)CycloneLibrary.Find("dds_get_entity_sertype");
                _sertype = direct is null ? Probe(participant, _probeTopic) : Ask(direct, _probeTopic);
            }

            return _sertype;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probeTopic?.Dispose();
        NativeMemory.Free(_descriptor);
        NativeMemory.Free(_name);
        NativeMemory.Free(_ops);
        NativeMemory.Free(_meta);
    }

    private static nint Ask(delegate* unmanaged[Cdecl]<int, nint*, int> direct, DdsEntity topic)
    {
        nint sertype = 0;
        DdsException.ThrowIfFailed(direct(topic.Number, &sertype), "Asking for a type object");
        return sertype;
    }

    // 0.10 does not tell a topic's type object, but every sample carries it: write one to ourselves and look.
    private nint Probe(DdsEntity participant, DdsEntity topic)
    {
        using var qos = DdsQos.Endpoint(ProbeQos, UserData);
        using var reader = DdsEntity.Created(
            CycloneDds.dds_create_reader(participant.Number, topic.Number, qos.Pointer, 0), $"Probing {TypeName}");
        using var writer = DdsEntity.Created(
            CycloneDds.dds_create_writer(participant.Number, topic.Number, qos.Pointer, 0), $"Probing {TypeName}");
        var empty = NativeMemory.AlignedAlloc(_program.Size, Math.Max(8, _program.Alignment));
        try
        {
            NativeMemory.Clear(empty, _program.Size);
            DdsException.ThrowIfFailed(CycloneDds.dds_write(writer.Number, empty), $"Probing {TypeName}");
        }
        finally
        {
            NativeMemory.AlignedFree(empty);
        }

        nint sample;
        SampleInfoStruct info;
        var taken = CycloneDds.dds_takecdr(reader.Number, &sample, 1, &info, CycloneDds.AnyState);
        if (taken != 1)
        {
            throw new DdsException($"Probing {TypeName} failed: the sample did not come back ({taken}).");
        }

        var sertype = *(nint*)(sample + CycloneDds.SerdataTypeOffset);
        CycloneDds.ddsi_serdata_unref(sample);
        return sertype;
    }
}
