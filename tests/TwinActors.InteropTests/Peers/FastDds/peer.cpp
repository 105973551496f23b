// Another program that speaks to us over DDS: Fast DDS in C++. Its type support is written by hand and carries bytes that
// Fast CDR made, as a generated one would.
//   peer pub DOMAIN TOPIC JOINTS COUNT   waits for a reader, writes COUNT joint states, waits until they are acknowledged
//   peer bad DOMAIN TOPIC JOINTS COUNT   as pub, but every second message ends in the middle
//   peer sub DOMAIN TOPIC COUNT          waits for a writer, prints COUNT joint states, one a line
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <fastcdr/Cdr.h>
#include <fastdds/dds/domain/DomainParticipant.hpp>
#include <fastdds/dds/domain/DomainParticipantFactory.hpp>
#include <fastdds/dds/publisher/DataWriter.hpp>
#include <fastdds/dds/publisher/Publisher.hpp>
#include <fastdds/dds/subscriber/DataReader.hpp>
#include <fastdds/dds/subscriber/SampleInfo.hpp>
#include <fastdds/dds/subscriber/Subscriber.hpp>
#include <fastdds/dds/topic/TopicDataType.hpp>
#include <fastdds/dds/topic/TypeSupport.hpp>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>
#include <fastrtps/utils/IPLocator.h>

using namespace eprosima::fastdds::dds;
using eprosima::fastrtps::Duration_t;
using eprosima::fastrtps::rtps::InstanceHandle_t;
using eprosima::fastrtps::rtps::IPLocator;
using eprosima::fastrtps::rtps::Locator_t;
using eprosima::fastrtps::rtps::SerializedPayload_t;
using eprosima::fastrtps::types::ReturnCode_t;

struct JointState
{
  int32_t sec = 0;
  uint32_t nanosec = 0;
  std::string frame;
  std::vector<std::string> names;
  std::vector<double> position, velocity, effort;
  bool is_cut = false;
};

class JointStateType : public TopicDataType
{
public:
  JointStateType()
  {
    setName("sensor_msgs::msg::dds_::JointState_");
    m_typeSize = 65536;
    m_isGetKeyDefined = false;
    // As ROS 2 does up to Jazzy: peers must match by names.
    auto_fill_type_information(false);
    auto_fill_type_object(false);
  }

  bool serialize(void* data, SerializedPayload_t* payload) override
  {
    auto& state = *static_cast<JointState*>(data);
    eprosima::fastcdr::FastBuffer buffer(reinterpret_cast<char*>(payload->data), payload->max_size);
    eprosima::fastcdr::Cdr cdr(buffer, eprosima::fastcdr::Cdr::DEFAULT_ENDIAN, eprosima::fastcdr::Cdr::DDS_CDR);
    cdr.serialize_encapsulation();
    cdr << state.sec << state.nanosec << state.frame << state.names;
    cdr << state.position << state.velocity << state.effort;
    payload->encapsulation = CDR_LE;
    payload->length = static_cast<uint32_t>(cdr.getSerializedDataLength()) / (state.is_cut ? 2 : 1);
    return true;
  }

  bool deserialize(SerializedPayload_t* payload, void* data) override
  {
    auto& state = *static_cast<JointState*>(data);
    eprosima::fastcdr::FastBuffer buffer(reinterpret_cast<char*>(payload->data), payload->length);
    eprosima::fastcdr::Cdr cdr(buffer, eprosima::fastcdr::Cdr::DEFAULT_ENDIAN, eprosima::fastcdr::Cdr::DDS_CDR);
    cdr.read_encapsulation();
    cdr >> state.sec >> state.nanosec >> state.frame >> state.names;
    cdr >> state.position >> state.velocity >> state.effort;
    return true;
  }

  std::function<uint32_t()> getSerializedSizeProvider(void*) override
  {
    return [this] { return m_typeSize; };
  }

  void* createData() override { return new JointState(); }
  void deleteData(void* data) override { delete static_cast<JointState*>(data); }
  bool getKey(void*, InstanceHandle_t*, bool) override { return false; }
};

static DomainParticipant* join(uint32_t domain)
{
  DomainParticipantQos qos = PARTICIPANT_QOS_DEFAULT;
  auto loopback = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
  loopback->interfaceWhiteList.push_back("127.0.0.1");
  qos.transport().user_transports.push_back(loopback);
  qos.transport().use_builtin_transports = false;
  for (uint32_t index = 0; index < 16; index++)
  {
    Locator_t peer;
    IPLocator::setIPv4(peer, 127, 0, 0, 1);
    peer.port = 7410 + 250 * domain + 2 * index;
    qos.wire_protocol().builtin.initialPeersList.push_back(peer);
  }
  return DomainParticipantFactory::get_instance()->create_participant(domain, qos);
}

static void nap(int milliseconds)
{
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

static int publish(DomainParticipant* participant, Topic* topic, size_t joints, uint32_t count, bool is_bad)
{
  DataWriterQos qos = DATAWRITER_QOS_DEFAULT;
  qos.reliability().kind = RELIABLE_RELIABILITY_QOS;
  qos.durability().kind = VOLATILE_DURABILITY_QOS;
  qos.history().kind = KEEP_ALL_HISTORY_QOS;
  qos.data_sharing().off();
  auto* writer = participant->create_publisher(PUBLISHER_QOS_DEFAULT)->create_datawriter(topic, qos);
  PublicationMatchedStatus matched;
  do
  {
    nap(5);
    writer->get_publication_matched_status(matched);
  } while (matched.current_count == 0);
  // The other side may need a moment more to know us: its reader is volatile and would miss the first samples.
  nap(500);

  JointState state;
  state.frame = "base_link";
  state.position.resize(joints);
  state.velocity.resize(joints);
  for (size_t i = 0; i < joints; i++)
  {
    state.names.push_back("joint_" + std::to_string(i));
    state.velocity[i] = -static_cast<double>(i);
  }
  for (uint32_t n = 0; n < count; n++)
  {
    state.sec = static_cast<int32_t>(n) + 1;
    state.nanosec = n;
    for (size_t i = 0; i < joints; i++)
    {
      state.position[i] = n + i / 8.0;
    }
    state.is_cut = is_bad && n % 2 == 1;
    writer->write(&state);
  }
  return writer->wait_for_acknowledgments(Duration_t(20, 0)) == ReturnCode_t::RETCODE_OK ? 0 : 1;
}

static void print(const std::vector<double>& values)
{
  std::putchar(' ');
  for (size_t i = 0; i < values.size(); i++)
  {
    std::printf("%s%.17g", i == 0 ? "" : ",", values[i]);
  }
}

static int subscribe(DomainParticipant* participant, Topic* topic, uint32_t count)
{
  DataReaderQos qos = DATAREADER_QOS_DEFAULT;
  qos.reliability().kind = RELIABLE_RELIABILITY_QOS;
  qos.durability().kind = VOLATILE_DURABILITY_QOS;
  qos.history().kind = KEEP_ALL_HISTORY_QOS;
  qos.data_sharing().off();
  auto* reader = participant->create_subscriber(SUBSCRIBER_QOS_DEFAULT)->create_datareader(topic, qos);
  SubscriptionMatchedStatus matched;
  do
  {
    nap(5);
    reader->get_subscription_matched_status(matched);
  } while (matched.current_count == 0);
  std::puts("matched");

  while (count > 0)
  {
    JointState state;
    SampleInfo info;
    if (reader->take_next_sample(&state, &info) != ReturnCode_t::RETCODE_OK || !info.valid_data)
    {
      nap(1);
      continue;
    }
    std::printf("%d %u %s ", state.sec, state.nanosec, state.frame.c_str());
    for (size_t i = 0; i < state.names.size(); i++)
    {
      std::printf("%s%s", i == 0 ? "" : ",", state.names[i].c_str());
    }
    print(state.position);
    print(state.velocity);
    print(state.effort);
    std::putchar('\n');
    count--;
  }
  return 0;
}

int main(int argc, char** argv)
{
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (argc < 5)
  {
    return 2;
  }
  auto* participant = join(static_cast<uint32_t>(std::atoi(argv[2])));
  if (participant == nullptr)
  {
    return 1;
  }
  TypeSupport type(new JointStateType());
  type.register_type(participant);
  auto* topic = participant->create_topic(argv[3], type.get_type_name(), TOPIC_QOS_DEFAULT);
  auto number = [&](int i) { return static_cast<uint32_t>(std::atoi(argv[i])); };
  bool is_bad = std::strcmp(argv[1], "bad") == 0;
  int result = std::strcmp(argv[1], "sub") == 0
    ? subscribe(participant, topic, number(4))
    : publish(participant, topic, number(4), number(5), is_bad);
  participant->delete_contained_entities();
  DomainParticipantFactory::get_instance()->delete_participant(participant);
  return result;
}
