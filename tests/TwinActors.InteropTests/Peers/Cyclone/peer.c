// Another program that speaks to us over DDS: Cyclone DDS in C, with types made by its own compiler.
//   peer pub DOMAIN TOPIC JOINTS COUNT   waits for a reader, writes COUNT joint states, waits until they are acknowledged
//   peer sub DOMAIN TOPIC COUNT          waits for a writer, prints COUNT joint states, one a line
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dds/dds.h"
#include "JointState.h"

typedef sensor_msgs_msg_dds__JointState_ JointState;

static dds_entity_t check(dds_entity_t result, const char* what)
{
  if (result < 0)
  {
    fprintf(stderr, "%s: %s\n", what, dds_strretcode(-result));
    exit(1);
  }
  return result;
}

static void fill(dds_sequence_double* values, uint32_t count)
{
  values->_length = values->_maximum = count;
  values->_buffer = malloc(count * sizeof(double));
}

static void publish(dds_entity_t writer, uint32_t joints, uint32_t count)
{
  dds_publication_matched_status_t matched = { 0 };
  while (matched.current_count == 0)
  {
    dds_sleepfor(DDS_MSECS(5));
    check(dds_get_publication_matched_status(writer, &matched), "matched");
  }

  JointState state;
  memset(&state, 0, sizeof state);
  state.header.frame_id = "base_link";
  state.name._length = state.name._maximum = joints;
  state.name._buffer = malloc(joints * sizeof(char*));
  for (uint32_t i = 0; i < joints; i++)
  {
    state.name._buffer[i] = malloc(32);
    snprintf(state.name._buffer[i], 32, "joint_%u", i);
  }
  fill(&state.position, joints);
  fill(&state.velocity, joints);
  fill(&state.effort, 0);
  for (uint32_t n = 0; n < count; n++)
  {
    state.header.stamp.sec = (int32_t)n + 1;
    state.header.stamp.nanosec = n;
    for (uint32_t i = 0; i < joints; i++)
    {
      state.position._buffer[i] = n + i / 8.0;
      state.velocity._buffer[i] = -(double)i;
    }
    check(dds_write(writer, &state), "write");
  }
  check(dds_wait_for_acks(writer, DDS_SECS(20)), "acknowledgments");
}

static void print(const dds_sequence_double* values)
{
  putchar(' ');
  for (uint32_t i = 0; i < values->_length; i++)
  {
    printf("%s%.17g", i == 0 ? "" : ",", values->_buffer[i]);
  }
}

static void subscribe(dds_entity_t reader, uint32_t count)
{
  dds_subscription_matched_status_t matched = { 0 };
  while (matched.current_count == 0)
  {
    dds_sleepfor(DDS_MSECS(5));
    check(dds_get_subscription_matched_status(reader, &matched), "matched");
  }
  puts("matched");

  while (count > 0)
  {
    void* samples[1] = { NULL };
    dds_sample_info_t infos[1];
    if (check(dds_take(reader, samples, infos, 1, 1), "take") == 0)
    {
      dds_sleepfor(DDS_MSECS(1));
      continue;
    }
    if (infos[0].valid_data)
    {
      const JointState* state = samples[0];
      printf("%d %u %s ", state->header.stamp.sec, state->header.stamp.nanosec, state->header.frame_id);
      for (uint32_t i = 0; i < state->name._length; i++)
      {
        printf("%s%s", i == 0 ? "" : ",", state->name._buffer[i]);
      }
      print(&state->position);
      print(&state->velocity);
      print(&state->effort);
      putchar('\n');
      count--;
    }
    check(dds_return_loan(reader, samples, 1), "loan");
  }
}

int main(int argc, char** argv)
{
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc < 5)
  {
    return 2;
  }
  dds_entity_t participant = check(dds_create_participant((uint32_t)atoi(argv[2]), NULL, NULL), "participant");
  dds_entity_t topic = check(
    dds_create_topic(participant, &sensor_msgs_msg_dds__JointState__desc, argv[3], NULL, NULL), "topic");
  dds_qos_t* qos = dds_create_qos();
  dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
  dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
  if (strcmp(argv[1], "pub") == 0)
  {
    publish(check(dds_create_writer(participant, topic, qos, NULL), "writer"),
      (uint32_t)atoi(argv[4]), (uint32_t)atoi(argv[5]));
  }
  else
  {
    subscribe(check(dds_create_reader(participant, topic, qos, NULL), "reader"), (uint32_t)atoi(argv[4]));
  }
  dds_delete_qos(qos);
  dds_delete(participant);
  return 0;
}
